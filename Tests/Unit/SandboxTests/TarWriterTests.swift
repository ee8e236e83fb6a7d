import CArchive
import NIOCore
import SeededGeneration
import Testing

@testable import Sandbox

/// A file or directory (no content) to write.
struct Item: Equatable {
    let name: String
    let mode: UInt16
    let content: [UInt8]?
}

/// Packs `items`, contents in pieces of `piece` bytes.
func pack(_ items: [Item], _ format: ArchiveFormat = .tar, piece: Int = 1000, finishing: Bool = true) async throws -> [UInt8] {
    var result: [UInt8] = []
    var writer = try TarWriter(format: format, modified: 1_700_000_000)
    for item in items {
        let path = try SandboxPath(item.name)
        guard let content = item.content else {
            result += (try writer.directory(path, mode: item.mode))?.readableBytesView ?? ByteBufferView()
            continue
        }
        result += (try writer.begin(file: path, mode: item.mode, size: Int64(content.count)))?.readableBytesView ?? ByteBufferView()
        for start in stride(from: 0, to: content.count, by: piece) {
            let bytes = ByteBuffer(bytes: content[start..<min(start + piece, content.count)])
            result += (try await writer.write(bytes))?.readableBytesView ?? ByteBufferView()
        }
    }
    if finishing { result += try await writer.finish().readableBytesView }
    return result
}

/// What `sandbox` holds.
func unpack(_ sandbox: StagedSandbox) async throws -> [Item] {
    var items: [Item] = []
    for entry in sandbox.entries {
        let content = try await collect(sandbox.contents(of: entry.path))
        items.append(Item(name: entry.path.string, mode: entry.mode, content: content))
    }
    return items
}

/// What libarchive finds in a zip, which the module itself does not read.
func unzip(_ bytes: [UInt8]) throws -> [Item] {
    let archive = try ReadArchive()
    archive_read_support_format_zip(archive.handle)
    var items: [Item] = []
    return try bytes.withUnsafeBytes { bytes in
        try ArchiveLocale.withUTF8 {
            try #require(archive_read_open_memory(archive.handle, bytes.baseAddress, bytes.count) == ARCHIVE_OK)
            var entry: OpaquePointer?
            while true {
                let status = archive_read_next_header(archive.handle, &entry)
                if status == ARCHIVE_EOF { return items }
                try #require(status == ARCHIVE_OK, "\(archive.errorText)")
                var name = String(cString: try #require(archive_entry_pathname(entry)))
                var content: [UInt8]? = []
                if UInt32(archive_entry_filetype(entry)) == 0o040000 {
                    #expect(name.last == "/")
                    name.removeLast()
                    content = nil
                } else {
                    var buffer = [UInt8](repeating: 0, count: 65536)
                    while true {
                        let count = archive_read_data(archive.handle, &buffer, buffer.count)
                        try #require(count >= 0, "\(archive.errorText)")
                        if count == 0 { break }
                        content? += buffer[..<count]
                    }
                }
                items.append(Item(name: name, mode: UInt16(archive_entry_perm(entry)), content: content))
            }
        }
    }
}

@Suite("Writing archives")
struct TarWriterTests {
    private static let items = [
        Item(name: "made.txt", mode: 0o644, content: Array("hello\n".utf8)),
        Item(name: "empty", mode: 0o600, content: []),
        Item(name: "out", mode: 0o750, content: nil),
        Item(name: "out/run.sh", mode: 0o755, content: Array("#!/bin/sh\n".utf8)),
        Item(name: "out/Gr\u{fc}\u{df}e \u{65e5}\u{672c}.txt", mode: 0o444, content: Array("utf8".utf8)),
        Item(name: "out/cafe\u{301}", mode: 0o644, content: Array("decomposed".utf8)),
        Item(name: "out/with space\nand newline", mode: 0o644, content: [10]),
        Item(name: "out/" + String(repeating: "l", count: 250), mode: 0o644, content: [1, 2, 3]),
        Item(name: "out/" + [String](repeating: "d", count: 100).joined(separator: "/"), mode: 0o700, content: nil),
        Item(name: "large", mode: 0o640, content: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }),
    ]

    @Test("bytes, modes and names come back", arguments: ArchiveFormat.allCases, [700, 100_000])
    func roundTrip(format: ArchiveFormat, piece: Int) async throws {
        let bytes = try await pack(TarWriterTests.items, format, piece: piece)
        guard format != .zip else {
            let unzipped = try unzip(bytes)
            #expect(unzipped.map(\.name) == TarWriterTests.items.map(\.name))
            #expect(unzipped.map(\.content) == TarWriterTests.items.map(\.content))
            return
        }
        let read = try await unpack(smallStaging().stage(chunks(bytes, of: 4096)))
        // The deep directory brings its parents along.
        let expected = TarWriterTests.items
        #expect(read.filter { item in expected.contains { $0.name == item.name } } == expected)
        #expect(read.count == expected.count + 99)
        #expect(read.map(\.name.utf8.count).max() == 254)
    }

    @Test("a plain tar has nothing but headers, contents and the end")
    func plainLayout() async throws {
        let bytes = try await pack([Item(name: "a", mode: 0o644, content: Array("x".utf8)), Item(name: "d", mode: 0o755, content: nil)])
        #expect(bytes.count == 2560)
        #expect(bytes.starts(with: "a\u{0}".utf8))
        #expect(bytes[257...].starts(with: "ustar\u{0}".utf8))
        #expect(bytes[136...].starts(with: "14524770400".utf8), "the time given")
        #expect(bytes[512] == UInt8(ascii: "x"))
    }

    @Test("names that are not ASCII are in a pax header, as they are")
    func paxName() async throws {
        let bytes = try await pack([Item(name: "cafe\u{301}", mode: 0o644, content: [])])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.utf8.count > 1024 + 512)
        #expect(text.contains("path=cafe\u{301}\n"))
        #expect(!text.contains("hdrcharset"))
    }

    @Test("the same input gives the same bytes", arguments: ArchiveFormat.allCases)
    func deterministic(format: ArchiveFormat) async throws {
        let first = try await pack(TarWriterTests.items, format)
        let second = try await pack(TarWriterTests.items, format)
        #expect(first == second)
    }

    @Test("sizes over 8 GiB are announced right")
    func hugeSize() async throws {
        for format in ArchiveFormat.allCases {
            var writer = try TarWriter(format: format, modified: 0)
            let bytes = try writer.begin(file: SandboxPath("huge"), mode: 0o644, size: 20 << 30)
            #expect(bytes == nil, "a header alone is not sent")
            let chunk = ByteBuffer(repeating: 0, count: 100_000)
            let first = try await writer.write(chunk)
            if format == .tar {
                let text = String(decoding: first?.readableBytesView ?? ByteBufferView(), as: UTF8.self)
                #expect(text.contains("20 size=21474836480\n"))
            }
        }
    }

    @Test("too many bytes, too few and a negative size are errors", arguments: ArchiveFormat.allCases)
    func sizes(format: ArchiveFormat) async throws {
        let path = try SandboxPath("f")
        let mismatch = SandboxError(.sizeMismatch, entry: "f", "")
        var writer = try TarWriter(format: format, modified: 0)
        do throws(SandboxError) {
            _ = try writer.begin(file: path, mode: 0o644, size: -1)
            Issue.record("took a negative size")
        } catch {
            #expect(error == mismatch)
        }
        _ = try writer.begin(file: path, mode: 0o644, size: 3)
        do throws(SandboxError) {
            _ = try await writer.write(ByteBuffer(bytes: [1, 2, 3, 4]))
            Issue.record("took too many bytes")
        } catch {
            #expect(error == mismatch)
        }
        _ = try await writer.write(ByteBuffer(bytes: [1, 2]))
        do throws(SandboxError) {
            _ = try writer.directory(path, mode: 0o755)
            Issue.record("left a file incomplete")
        } catch {
            #expect(error == mismatch)
        }
        do throws(SandboxError) {
            _ = try await writer.finish()
            Issue.record("ended within a file")
        } catch {
            #expect(error == mismatch)
        }
    }

    @Test("an archive that is not finished is truncated for its reader", arguments: [ArchiveFormat.tar, .tarGzip, .tarZstd])
    func unfinished(format: ArchiveFormat) async throws {
        var generator = SeededGenerator(seed: 7)
        let noise = (0..<400_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let bytes = try await pack([Item(name: "f", mode: 0o644, content: noise)], format, finishing: false)
        #expect(!bytes.isEmpty)
        #expect(await refusal(bytes)?.code == .truncated)
    }

    @Test("modes HTCondor does not know become usual ones")
    func unknownModes() async throws {
        let bytes = try await pack([Item(name: "d", mode: 0, content: nil), Item(name: "f", mode: 0, content: [1])])
        let read = try await unpack(smallStaging().stage(chunks(bytes, of: 512)))
        #expect(read.map(\.mode) == [0o755, 0o644])
    }
}
