import NIOCore
import SeededGeneration
import Testing

@testable import Sandbox

@Suite("Memory for decompression")
struct WindowGuardTests {
    /// The largest window of `bytes` fed in pieces of `size`.
    private static func window(_ framing: any CompressedFraming, _ bytes: [UInt8], in size: Int) -> UInt64 {
        var framing = framing
        return stride(from: 0, to: bytes.count, by: size).reduce(0) { largest, start in
            bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { max(largest, framing.largestWindow(in: $0)) }
        }
    }

    @Test("windows are found in every frame and block, however the bytes come", arguments: [1, 2, 3, 7, 100, 100_000])
    func found(size: Int) {
        let xz: [(String, UInt64)] = [("good-gnu.tar.xz", 64 << 20), ("blocks.tar.xz", 8 << 20), ("window.tar.xz", 128 << 20)]
        for (name, window) in xz {
            #expect(WindowGuardTests.window(XZFraming(), fixture(name), in: size) == window, "\(name)")
        }
        let zstd: [(String, UInt64)] = [("good-gnu.tar.zst", 8 << 20), ("checked.tar.zst", 512 << 10), ("window.tar.zst", 128 << 20)]
        for (name, window) in zstd {
            #expect(WindowGuardTests.window(ZstdFraming(), fixture(name), in: size) == window, "\(name)")
        }
        // Behind others, with padding and skippable frames between.
        for first in ["good-gnu.tar.xz", "blocks.tar.xz"] {
            let bytes = fixture(first) + [0, 0, 0, 0] + fixture("window.tar.xz")
            #expect(WindowGuardTests.window(XZFraming(), bytes, in: size) == 128 << 20, "\(first)")
        }
        for first in ["good-gnu.tar.zst", "checked.tar.zst"] {
            let bytes = fixture(first) + [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9] + fixture("window.tar.zst")
            #expect(WindowGuardTests.window(ZstdFraming(), bytes, in: size) == 128 << 20, "\(first)")
        }
    }

    @Test("archives in many blocks and with checks are read", arguments: ["blocks.tar.xz", "checked.tar.zst"])
    func read(name: String) async throws {
        let sandbox = try await smallStaging().stage(chunks(fixture(name), of: 333))
        #expect(sandbox.entries.count == 19)
    }

    @Test("what takes too much memory is refused", arguments: ["window.tar.xz", "window.tar.zst"])
    func refused(name: String) async {
        #expect(await refusal(fixture(name))?.code == .contentTooLarge)
    }

    @Test("no bytes trap")
    func random() {
        let originals = ["blocks.tar.xz", "good-gnu.tar.xz", "checked.tar.zst", "window.tar.zst"].map { fixture($0) }
        for seed in 1...4000 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var bytes = originals[Int(seed) % originals.count]
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                bytes[Int.random(in: 0..<min(bytes.count, 200), using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let size = Int.random(in: 1...300, using: &generator)
            let isXZ = seed % 4 < 2
            let windows = [size, bytes.count].map {
                WindowGuardTests.window(isXZ ? XZFraming() as any CompressedFraming : ZstdFraming(), bytes, in: $0)
            }
            #expect(windows[0] == windows[1], "seed \(seed): the pieces change nothing")
        }
    }
}
