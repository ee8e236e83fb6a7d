import NIOCore
import SeededGeneration
import Testing

@testable import Sandbox

/// Whatever comes, it ends in a sandbox that keeps its promises or in an error that blames the input.
@Suite("Random archives")
struct RandomArchiveTests {
    private static func check(_ bytes: [UInt8], _ label: @autoclosure () -> String, chunk: Int) async throws {
        let sandbox: StagedSandbox
        do throws(SandboxError) {
            sandbox = try await smallStaging(contentBytes: 4 << 20, entries: 200).stage(chunks(bytes, of: chunk))
        } catch {
            #expect(error.isFaultOfInput, "\(label()): \(error)")
            return
        }
        var seen: Set<SandboxPath> = []
        for entry in sandbox.entries {
            let label = "\(label()), \(entry.path)"
            #expect(try SandboxPath(entry.path.string) == entry.path, "\(label)")
            #expect(seen.insert(entry.path).inserted, "\(label)")
            if let parent = entry.path.parent { #expect(sandbox[parent]?.kind == .directory && seen.contains(parent), "\(label)") }
            let content = try await collect(sandbox.contents(of: entry.path))
            #expect(content.map { Int64($0.count) } == (entry.kind == .file ? entry.size : nil), "\(label)")
        }
        #expect(sandbox.entries.count <= 200)
        #expect(sandbox.contentBytes <= 8 << 20)
    }

    @Test(
        "damaged ones",
        arguments: ["good-gnu.tar", "good-pax.tar", "sparse-gnu.tar", "sparse-pax.tar", "good-gnu.tar.gz", "good-gnu.tar.zst", "good-gnu.tar.xz"])
    func damaged(name: String) async throws {
        let original = fixture(name)
        for seed in 1...400 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                case 2: bytes[place] = UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &generator)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...600, using: &generator)))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + Int.random(in: 1...600, using: &generator))], at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            if name.hasSuffix(".tar"), seed % 2 == 0 { TarBuilder.repairChecksums(&bytes) }
            try await RandomArchiveTests.check(bytes, "\(name), seed \(seed)", chunk: Int.random(in: 1...5000, using: &generator))
        }
    }

    @Test("ones no tool would make")
    func built() async throws {
        let names = ["a", "b", "a/b", "a/b/c", "./a", "b/../a", "c/", "/d", "..", "", "a//c", "\u{fc}", "a\\b", String(repeating: "n", count: 100)]
        let types: [Character] = [
            "0", "0", "0", "0", "1", "2", "2", "3", "4", "5", "5", "5", "6", "7", "x", "g", "L", "K", "S", "V", "M", "N", "\u{0}", "D",
        ]
        for seed in 1...3000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var tar = TarBuilder()
            // Mostly harmless kinds, so that some archives are accepted.
            let wild = seed % 3 == 0
            for index in 0..<Int.random(in: 0...8, using: &generator) {
                let name = wild ? names.randomElement(using: &generator) ?? "" : "\(names.prefix(4).randomElement(using: &generator) ?? "")\(index)"
                let type = wild ? types.randomElement(using: &generator) ?? "0" : ["0", "0", "5", "2", "1"].randomElement(using: &generator) ?? "0"
                let link =
                    type == "1" || type == "2" ? names.prefix(6).randomElement(using: &generator).map { wild ? $0 : $0 + "\(index)" } ?? "" : ""
                let carriesData = type != "1" && type != "2" && type != "5"
                let content = (0..<(carriesData ? Int.random(in: 0...1500, using: &generator) : 0)).map { UInt8(truncatingIfNeeded: $0) }
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    let keys = [
                        "path", "size", "linkpath", "GNU.sparse.map", "GNU.sparse.size", "hdrcharset", "mtime", "SCHILY.xattr.a", "SCHILY.realsize",
                    ]
                    let values = ["", "0", "10", "-1", "99999999999999999999", "a", "../a", "b\u{0}c", "0,5,9,1", "BINARY", "1.5"]
                    tar.pax([(keys.randomElement(using: &generator) ?? "", values.randomElement(using: &generator) ?? "")])
                }
                tar.header(name, size: content.count, type: type, mode: Int.random(in: 0...0o7777, using: &generator), link: link)
                tar.data(content)
            }
            try await RandomArchiveTests.check(tar.ended, "seed \(seed)", chunk: Int.random(in: 1...3000, using: &generator))
        }
    }

    @Test("no archives at all")
    func noise() async throws {
        let beginnings: [[UInt8]] = [[], [0x1F, 0x8B, 8], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], Array("a\u{0}".utf8)]
        for seed in 1...2000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let start = beginnings[Int(seed) % beginnings.count]
            let bytes = start + (0..<Int.random(in: 1...2000, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try await RandomArchiveTests.check(bytes, "seed \(seed)", chunk: 700)
        }
    }

    @Test("what is packed comes back", arguments: [ArchiveFormat.tar, .tarGzip, .tarZstd])
    func roundTrip(format: ArchiveFormat) async throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var items: [Item] = []
            for index in 0..<Int.random(in: 0...12, using: &generator) {
                let letters = (0..<Int.random(in: 1...120, using: &generator)).map { _ in
                    ["a", "\u{e4}", "e\u{301}", " ", "\n", "="].randomElement(using: &generator) ?? ""
                }
                let content = (0..<Int.random(in: 0...20_000, using: &generator)).map { _ in UInt8.random(in: 0...3, using: &generator) }
                let isDirectory = Int.random(in: 0..<4, using: &generator) == 0
                let mode = UInt16.random(in: 1...0o777, using: &generator)
                items.append(Item(name: "\(index)" + letters.joined(), mode: mode, content: isDirectory ? nil : content))
            }
            let bytes = try await pack(items, format, piece: Int.random(in: 1...9000, using: &generator))
            let read = try await unpack(smallStaging().stage(chunks(bytes, of: Int.random(in: 1...9000, using: &generator))))
            #expect(read == items, "seed \(seed)")
        }
    }
}
