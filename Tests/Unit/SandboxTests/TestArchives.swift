import Glibc
import NIOCore

@testable import Sandbox

/// The bytes of a file in Fixtures.
func fixture(_ name: String, file: String = #filePath) -> [UInt8] {
    let directory = file.utf8.prefix(file.utf8.count - (file.split(separator: "/").last?.utf8.count ?? 0))
    return contents(ofFile: String(decoding: directory, as: UTF8.self) + "Fixtures/" + name)
}

func contents(ofFile path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return result }
        result += buffer[..<count]
    }
}

/// `bytes` as a sequence of buffers of `size` bytes, as they would come from a socket.
func chunks(_ bytes: [UInt8], of size: Int) -> Chunks {
    Chunks(bytes: bytes, size: size)
}

struct Chunks: AsyncSequence, Sendable {
    let bytes: [UInt8]
    let size: Int

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: bytes[...], size: size)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<UInt8>
        let size: Int

        mutating func next() async -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return ByteBuffer(bytes: rest.prefix(size))
        }
    }
}

/// Joins what a sequence of buffers gives.
func collect<S: AsyncSequence>(_ sequence: S?) async throws -> [UInt8]? where S.Element == ByteBuffer {
    guard let sequence else { return nil }
    var result: [UInt8] = []
    for try await buffer in sequence { result += buffer.readableBytesView }
    return result
}

/// A staging area with small limits; contents over 4 KiB go to a file.
func smallStaging(memoryBytes: Int = 4096, contentBytes: Int64 = 8 << 20, archiveBytes: Int64 = 8 << 20, entries: Int = 1000) -> SandboxStaging {
    SandboxStaging(
        directory: "/tmp",
        limits: SandboxLimits(archiveBytes: archiveBytes, contentBytes: contentBytes, entries: entries, memoryBytes: memoryBytes))
}

/// Stages `bytes` and returns the error, nil if there was none.
func refusal(_ bytes: [UInt8], _ staging: SandboxStaging = smallStaging(), chunk: Int = 1000) async -> SandboxError? {
    do throws(SandboxError) {
        _ = try await staging.stage(chunks(bytes, of: chunk))
        return nil
    } catch {
        return error
    }
}

/// Tar archives block by block, so that tests can make what no tool would.
struct TarBuilder {
    var bytes: [UInt8] = []

    mutating func header(_ name: String, size: Int, type: Character = "0", mode: Int = 0o644, link: String = "") {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Collection<UInt8>, at offset: Int, _ length: Int) {
            for (index, byte) in text.prefix(length).enumerated() { block[offset + index] = byte }
        }
        func octal(_ value: Int, at offset: Int, _ length: Int) {
            let digits = String(value, radix: 8)
            put((String(repeating: "0", count: max(0, length - 1 - digits.utf8.count)) + digits).utf8, at: offset, length - 1)
        }
        put(name.utf8, at: 0, 100)
        octal(mode, at: 100, 8)
        octal(0, at: 108, 8)
        octal(0, at: 116, 8)
        octal(size, at: 124, 12)
        octal(1_700_000_000, at: 136, 12)
        put([UInt8](repeating: 0x20, count: 8), at: 148, 8)
        put(String(type).utf8, at: 156, 1)
        put(link.utf8, at: 157, 100)
        put("ustar\u{0}00".utf8, at: 257, 8)
        octal(block.reduce(0) { $0 + Int($1) }, at: 148, 7)
        bytes += block
    }

    mutating func data(_ data: [UInt8]) {
        bytes += data
        bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    mutating func file(_ name: String, _ content: [UInt8], mode: Int = 0o644) {
        header(name, size: content.count, mode: mode)
        data(content)
    }

    mutating func file(_ name: String, _ content: String) {
        file(name, Array(content.utf8))
    }

    /// Makes the checksum of every block right that looks like a header, so that damage is not found there.
    static func repairChecksums(_ bytes: inout [UInt8]) {
        for start in stride(from: 0, through: bytes.count - 512, by: 512) where bytes[(start + 257)...].starts(with: "ustar".utf8) {
            bytes.replaceSubrange(start + 148..<start + 156, with: [UInt8](repeating: 0x20, count: 8))
            let sum = bytes[start..<start + 512].reduce(0) { $0 + Int($1) }
            let digits = String(sum, radix: 8)
            bytes.replaceSubrange(start + 148..<start + 155, with: (String(repeating: "0", count: 6 - digits.utf8.count) + digits + "\u{0}").utf8)
        }
    }

    /// A pax header for the entry that follows.
    mutating func pax(_ records: [(String, String)]) {
        var text: [UInt8] = []
        for (key, value) in records {
            let rest = " \(key)=\(value)\n".utf8
            var length = rest.count + 1
            while "\(length)".utf8.count + rest.count != length { length += 1 }
            text += "\(length)".utf8
            text += rest
        }
        header("pax", size: text.count, type: "x")
        data(text)
    }

    var ended: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
