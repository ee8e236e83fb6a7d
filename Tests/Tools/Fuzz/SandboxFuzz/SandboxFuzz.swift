import FuzzDriver
import NIOCore

@testable import Sandbox

// Runs libFuzzer over everything of the module that reads what strangers send. The first byte of an input chooses what reads the rest; seeds are
// the archives in Tests/Unit/SandboxTests/Fixtures with a byte `a` before them.

// The name the package manager gives to the entry point of an executable.
@_cdecl("SandboxFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(argumentCount, arguments) { test(Array($0)) }
}

private func test(_ input: [UInt8]) {
    guard let kind = input.first else { return }
    let bytes = Array(input.dropFirst())
    switch kind {
    case UInt8(ascii: "r"): remap(bytes)
    case UInt8(ascii: "p"): _ = try? SandboxPath(bytes: bytes)
    default: stage(bytes)
    }
}

private func remap(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let remaps = OutputRemaps(text, userLog: text, workingDirectory: "/a/b")
    for name in ["a", "a/b", "_condor_stdout"] {
        guard let path = try? SandboxPath(name), case .path(let target) = remaps.destination(of: path) else { continue }
        guard (try? SandboxPath(target.string)) == target else { fatalError("\(name) becomes \(target)") }
    }
}

private func stage(_ bytes: [UInt8]) {
    let channel = ByteChannel()
    let block = ByteChannel.Block()
    var buffer = ByteBuffer(bytes: bytes)
    block.fill(from: &buffer)
    channel.push(block)
    channel.finish()
    let limits = SandboxLimits(contentBytes: 4 << 20, entries: 200, memoryBytes: 1000)
    let result: TarReader.Result
    do throws(SandboxError) {
        result = try SandboxStaging.readArchive(from: channel, limits: limits, directory: "/tmp")
    } catch {
        guard error.isFaultOfInput else { fatalError("\(error)") }
        return
    }
    for (entry, extent) in result.contents {
        guard (try? SandboxPath(entry.path.string)) == entry.path, entry.size == extent.size else { fatalError("\(entry)") }
        guard (try? result.store.read(extent.offset..<extent.offset + extent.size)) != nil else { fatalError("\(entry)") }
    }
}
