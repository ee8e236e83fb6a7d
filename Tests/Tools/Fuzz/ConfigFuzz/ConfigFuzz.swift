import CondorConfig
import FuzzDriver

// Runs libFuzzer over configuration files. An input is a root file; a byte 0xFF divides it from a second one, `/b`, that it may include. Seeds are
// the `main` members of Tests/Conformance/config.jsonl.

// The name the package manager gives to the entry point of an executable.
@_cdecl("ConfigFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(argumentCount, arguments) { test(Array($0)) }
}

private func test(_ input: [UInt8]) {
    let parts = input.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
    var files = ["/a": Array(parts.first ?? [])]
    if parts.count > 1 { files["/b"] = Array(parts[1]) }
    guard
        let configuration = try? Configuration.load(
            root: .path("/a"), subsystem: "TOOL", localName: "ONE", environment: ["_CONDOR_E": "$(A)"], files: MemoryConfigurationFiles(files),
            facts: HostFacts())
    else { return }
    for setting in configuration.settings {
        guard configuration.setting(setting.name) != nil else { fatalError("\(setting.name) is set but not found") }
        _ = try? configuration.duration(setting.name)
        _ = try? configuration.byteCount(setting.name)
        _ = try? configuration.list(setting.name)
    }
    _ = configuration.unknownNames(prefix: "HTTP_", known: ["HTTP_API_LISTEN_ADDR"])
    _ = configuration.misspeltNames()
    _ = configuration.invalidValues()
}
