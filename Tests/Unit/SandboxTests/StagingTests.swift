import NIOCore
import Testing

@testable import Sandbox

@Suite("Staging archives")
struct StagingTests {
    private static let longDirectory = "deep/" + [String](repeating: String(repeating: "d", count: 60), count: 4).joined(separator: "/")

    @Test(
        "archives of GNU tar, plain and compressed, in memory and in a file",
        arguments: ["good-gnu.tar", "good-pax.tar", "good-gnu.tar.gz", "good-gnu.tar.zst", "good-gnu.tar.xz"], [0, 1 << 20])
    func goodArchives(name: String, memoryBytes: Int) async throws {
        let bytes = fixture(name)
        let sandbox = try await smallStaging(memoryBytes: memoryBytes).stage(chunks(bytes, of: 777))
        #expect(sandbox.isInMemory == (memoryBytes > 0))
        #expect(sandbox.receivedBytes == Int64(bytes.count))
        let listed = sandbox.entries.map { "\($0.kind) \(String($0.mode, radix: 8)) \($0.size) \($0.path)" }
        let d = "/" + String(repeating: "d", count: 60)
        #expect(
            listed == [
                "directory 755 0 data",
                "file 644 4 data/Gr\u{fc}\u{df}e \u{65e5}\u{672c}.txt",
                "file 644 10 data/cafe\u{301}",
                "file 644 0 data/empty",
                "file 640 8 data/input.txt",
                "file 644 1 data/spaces and\nnewline",
                "file 755 21 data/up",
                "directory 755 0 deep",
                "directory 755 0 deep\(d)",
                "directory 755 0 deep\(d)\(d)",
                "directory 755 0 deep\(d)\(d)\(d)",
                "directory 755 0 deep\(d)\(d)\(d)\(d)",
                "file 644 9 deep\(d)\(d)\(d)\(d)/file",
                "file 640 8 link",
                "file 755 21 linked-twice",
                "file 644 9 \(String(repeating: "n", count: 200))",
                "file 755 21 run.sh",
                "directory 700 0 void",
                "file 755 21 zz-hard",
            ])
        #expect(sandbox.entries[2].path.string.utf8.elementsEqual("data/cafe\u{301}".utf8), "names are not composed anew")
        for name in ["run.sh", "data/up", "linked-twice", "zz-hard"] {
            #expect(try await collect(sandbox.contents(of: SandboxPath(name))) == Array("#!/bin/sh\necho hello\n".utf8))
        }
        #expect(try await collect(sandbox.contents(of: SandboxPath("link"))) == Array("one\ntwo\n".utf8))
        #expect(try await collect(sandbox.contents(of: SandboxPath("data/empty"))) == [])
        #expect(sandbox.contents(of: try SandboxPath("data")) == nil)
        #expect(sandbox.contentBytes == sandbox.entries.reduce(0) { $0 + $1.size })
    }

    @Test("sparse files read as what they stand for", arguments: ["sparse-gnu.tar", "sparse-pax.tar"], [0, 8 << 20])
    func sparse(name: String, memoryBytes: Int) async throws {
        let sandbox = try await smallStaging(memoryBytes: memoryBytes).stage(chunks(fixture(name), of: 4096))
        let path = try SandboxPath("holes")
        #expect(sandbox[path]?.size == 3 << 20)
        var expected = [UInt8](repeating: 0, count: 3 << 20)
        expected.replaceSubrange(1 << 20..<(1 << 20) + 6, with: "island".utf8)
        #expect(try await collect(sandbox.contents(of: path)) == expected)
    }

    @Test(
        "hostile archives are refused, naming entry and reason",
        arguments: [
            ("traversal", SandboxError.Code.traversal, "a/../../evil"),
            ("traversal-inside", .traversal, "a/../b"),
            ("traversal-backslash", .traversal, "a\\\\..\\\\b"),
            ("absolute", .absolutePath, "/tmp/evil"),
            ("link-absolute", .linkOutside, "l"),
            ("link-out", .linkOutside, "d/l"),
            ("link-broken", .linkBroken, "l"),
            ("link-circle", .linkBroken, "l"),
            ("link-directory", .linkToDirectory, "l"),
            ("link-through", .linkOutside, "d"),
            ("hardlink-out", .linkOutside, "l"),
            ("hardlink-absolute", .linkOutside, "l"),
            ("device", .unsupportedKind, "null"),
            ("block-device", .unsupportedKind, "sda"),
            ("fifo", .unsupportedKind, "pipe"),
            ("duplicate", .duplicateEntry, "x"),
            ("duplicate-kind", .duplicateEntry, "x"),
            ("long-component", .nameTooLong, "d/" + String(repeating: "n", count: 198) + "..."),
            ("long-path", .nameTooLong, String((0..<200).map { $0 % 101 == 100 ? "/" : "n" }) + "..."),
            ("not-utf8", .invalidName, "bad\u{fffd}"),
            ("root-file", .invalidName, "."),
        ])
    func hostile(name: String, code: SandboxError.Code, entry: String) async throws {
        let error = await refusal(fixture(name + ".tar"))
        #expect(error == SandboxError(code, entry: entry, ""), "\(name): \(String(describing: error))")
    }

    @Test("an archive cut anywhere is refused", arguments: ["good-gnu.tar", "good-pax.tar"])
    func truncated(name: String) async throws {
        let bytes = fixture(name)
        let end = try #require(bytes.lastIndex { $0 != 0 }) / 512 * 512 + 512 + 1024
        #expect(await refusal(Array(bytes[..<end])) == nil, "the two blocks of zeros suffice")
        for length in stride(from: 1, to: end, by: 97) {
            let error = await refusal(Array(bytes[..<length]), chunk: 512)
            #expect(error != nil, "cut at \(length)")
            #expect(error?.isFaultOfInput == true, "cut at \(length): \(String(describing: error))")
        }
    }

    @Test("a compressed archive cut anywhere is refused", arguments: ["gz", "zst", "xz"])
    func truncatedCompressed(kind: String) async throws {
        let bytes = fixture("good-gnu.tar." + kind)
        for length in 1..<bytes.count {
            let error = await refusal(Array(bytes[..<length]))
            #expect(error?.isFaultOfInput == true, "cut at \(length): \(String(describing: error))")
        }
    }

    @Test("something after the end is refused", arguments: ["good-gnu.tar", "good-gnu.tar.gz", "good-gnu.tar.zst", "good-gnu.tar.xz"])
    func trailing(name: String) async throws {
        let error = await refusal(fixture(name) + Array("and more, which nobody asked for".utf8))
        #expect(error?.isFaultOfInput == true, "\(String(describing: error))")
        let long = await refusal(fixture(name) + [UInt8](repeating: 65, count: 100_000))
        #expect(long?.isFaultOfInput == true, "\(String(describing: long))")
    }

    @Test("what is no archive is refused")
    func noArchive() async throws {
        #expect(await refusal([])?.code == .empty)
        #expect(await refusal(Array("hello".utf8))?.code == .unsupportedFormat)
        #expect(await refusal([UInt8](repeating: 65, count: 100_000))?.code == .unsupportedFormat)
        #expect(await refusal(Array("BZh91AY&SY".utf8) + [UInt8](repeating: 1, count: 600))?.code == .unsupportedFormat)
        #expect(await refusal([0x1F, 0x8B])?.code == .truncated)
    }

    @Test("an archive without entries is an empty sandbox")
    func noEntries() async throws {
        let sandbox = try await smallStaging().stage(chunks([UInt8](repeating: 0, count: 10240), of: 512))
        #expect(sandbox.entries.isEmpty)
        #expect(sandbox.contentBytes == 0)
        #expect(await refusal([UInt8](repeating: 0, count: 512))?.code == .truncated)
    }
}
