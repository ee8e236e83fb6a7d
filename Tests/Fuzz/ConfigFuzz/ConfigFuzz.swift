import CondorConfig

// Runs libFuzzer over configuration files. An input is a root file; a byte 0xFF divides it from a second one, `/b`, that it may include. Seeds are the `main`
// members of Tests/Conformance/config.jsonl.

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    test(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

// The name the package manager gives to the entry point of an executable.
@_cdecl("ConfigFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = argumentCount
    var values = arguments
    return runDriver(&count, &values, testOneInput)
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
