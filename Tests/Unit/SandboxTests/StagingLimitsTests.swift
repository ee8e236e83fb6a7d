import NIOCore
import Synchronization
import Testing

@testable import Sandbox

@Suite("Limits of staging, interruption and sharing")
struct StagingLimitsTests {
    @Test("an upload, its files and their number are bounded")
    func bounded() async throws {
        var tar = TarBuilder()
        tar.file("a", [UInt8](repeating: 1, count: 3000))
        tar.file("b/c/d", [UInt8](repeating: 2, count: 3000))
        let bytes = tar.ended
        #expect(await refusal(bytes, smallStaging(contentBytes: 6000, archiveBytes: Int64(bytes.count), entries: 4)) == nil)
        #expect(await refusal(bytes, smallStaging(contentBytes: 5999)) == SandboxError(.contentTooLarge, entry: "b/c/d", ""))
        #expect(await refusal(bytes, smallStaging(archiveBytes: Int64(bytes.count - 1))) == SandboxError(.archiveTooLarge, ""))
        #expect(await refusal(bytes, smallStaging(entries: 3)) == SandboxError(.tooManyEntries, entry: "b/c/d", ""))
    }

    @Test("a small archive cannot become a huge sandbox", arguments: [ArchiveFormat.tar, .tarGzip, .tarZstd])
    func bomb(format: ArchiveFormat) async throws {
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        let bytes = try await pack([Item(name: "bomb", mode: 0o644, content: zeros)], format, piece: 1 << 20)
        #expect(await refusal(bytes, smallStaging(contentBytes: 4 << 20), chunk: 65536) == nil)
        #expect(await refusal(bytes, smallStaging(contentBytes: 4 << 20 - 1)) == SandboxError(.contentTooLarge, entry: "bomb", ""))
    }

    @Test("links count as the files they stand for")
    func linkBomb() async throws {
        var tar = TarBuilder()
        tar.file("f", [UInt8](repeating: 1, count: 1000))
        for index in 0..<9 { tar.header("l\(index)", size: 0, type: "2", link: "f") }
        let sandbox = try await smallStaging(contentBytes: 9000).stage(chunks(tar.ended, of: 512))
        #expect(sandbox.contentBytes == 10_000)
        #expect(await refusal(tar.ended, smallStaging(contentBytes: 8999)) == SandboxError(.contentTooLarge, entry: "l8", ""))
    }

    @Test("the padding at the end and single headers are bounded")
    func padding() async throws {
        var tar = TarBuilder()
        tar.file("f", "x")
        let padded = tar.ended + [UInt8](repeating: 0, count: 1 << 20)
        #expect(await refusal(padded, chunk: 65536) == nil)
        let zeros = tar.ended + [UInt8](repeating: 0, count: 6 << 20)
        #expect(await refusal(zeros, chunk: 65536)?.code == .contentTooLarge)

        // A sparse map of very many pieces, which libarchive would keep in memory.
        let map = [UInt8]("1000000\n".utf8) + [UInt8]([String](repeating: "0\n0\n", count: 1_000_000).joined().utf8)
        var hostile = TarBuilder()
        hostile.pax([("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "holes"), ("GNU.sparse.realsize", "10")])
        hostile.file("holes", map)
        let error = await refusal(hostile.ended, chunk: 65536)
        #expect(error?.code == .contentTooLarge, "\(String(describing: error))")
    }

    @Test("links are followed inside of the archive only, wherever their targets come")
    func links() async throws {
        func staged(_ build: (inout TarBuilder) -> Void) async throws -> [Item] {
            var tar = TarBuilder()
            build(&tar)
            return try await unpack(smallStaging().stage(chunks(tar.ended, of: 512)))
        }
        let early = try await staged { tar in
            tar.header("d/link", size: 0, type: "2", link: "../e/./f")
            tar.header("hard", size: 0, type: "1", link: "./e/f")
            tar.header("via", size: 0, type: "2", link: "d/link")
            tar.file("e/f", "target")
        }
        #expect(early.map(\.name) == ["d", "d/link", "hard", "via", "e", "e/f"])
        #expect(early.compactMap(\.content) == [[UInt8]](repeating: Array("target".utf8), count: 4))

        func refused(_ links: [(String, String)]) async -> SandboxError? {
            var tar = TarBuilder()
            tar.file("f", "x")
            tar.header("d/", size: 0, type: "5", mode: 0o755)
            for (name, target) in links { tar.header(name, size: 0, type: "2", link: target) }
            return await refusal(tar.ended)
        }
        #expect(await refused([("l", "d/../f")]) == nil)
        #expect(await refused([("l", "d/../../f")]) == SandboxError(.linkOutside, entry: "l", ""))
        #expect(await refused([("l", "f/../f")]) == SandboxError(.linkBroken, entry: "l", ""))
        #expect(await refused([("l", ".")]) == SandboxError(.linkToDirectory, entry: "l", ""))
        #expect(await refused([("l", "l")]) == SandboxError(.linkBroken, entry: "l", ""))
        #expect(await refused([("l", "l/x")]) == SandboxError(.linkBroken, entry: "l", ""))
        #expect(await refused([("d/m", "."), ("l", "d/m/m/m/../f")]) == SandboxError(.linkToDirectory, entry: "d/m", ""))
        #expect(await refused((0..<100).map { ("l\($0)", "l\($0 + 1)") })?.code == .linkBroken)
        #expect(await refused([("l", "f"), ("l/x", "f")]) == SandboxError(.duplicateEntry, entry: "l/x", ""))
    }

    @Test("a directory may be repeated and may come after its files")
    func directories() async throws {
        var tar = TarBuilder()
        tar.file("d/f", "x")
        tar.header("d/", size: 0, type: "5", mode: 0o700)
        tar.header("./", size: 0, type: "5", mode: 0o777)
        tar.header("d", size: 0, type: "5", mode: 0o711)
        let items = try await unpack(smallStaging().stage(chunks(tar.ended, of: 512)))
        #expect(items == [Item(name: "d", mode: 0o711, content: nil), Item(name: "d/f", mode: 0o644, content: Array("x".utf8))])
    }

    @Test("a damaged gzip is found by its checksum")
    func gzipChecksum() async throws {
        // Stored, not compressed: no bit of the content disturbs the format.
        var tar = TarBuilder()
        tar.file("f", [UInt8](repeating: 65, count: 600))
        let content = tar.ended
        var gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
        let length = UInt16(content.count)
        gzip += [UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
        let start = gzip.count
        gzip += content
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in content {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
        }
        crc = ~crc
        for shift in [0, 8, 16, 24] as [UInt32] { gzip.append(UInt8(truncatingIfNeeded: crc >> shift)) }
        for shift in [0, 8, 16, 24] as [Int] { gzip.append(UInt8(truncatingIfNeeded: content.count >> shift)) }
        #expect(await refusal(gzip) == nil)
        #expect(await refusal(gzip + [0, 0, 0]) == nil, "zeros are padding")
        // Two members make one stream, but the tar in the second is a second archive with the same name.
        #expect(await refusal(gzip + gzip) == SandboxError(.duplicateEntry, entry: "f", ""))
        gzip[start + 600] ^= 1
        #expect(await refusal(gzip)?.code == .malformed)
    }

    @Test("when the source fails or is cancelled, so does staging")
    func interrupted() async throws {
        struct Broken: Error {}
        var tar = TarBuilder()
        tar.file("f", [UInt8](repeating: 1, count: 2 << 20))
        let bytes = tar.ended
        for failing in [0, 1000, 600_000, bytes.count - 1] {
            let source = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
                if failing > 0 { continuation.yield(ByteBuffer(bytes: bytes[..<failing])) }
                continuation.finish(throwing: Broken())
            }
            do throws(SandboxError) {
                _ = try await smallStaging().stage(source)
                Issue.record("staged what broke off at \(failing)")
            } catch {
                #expect(error.code == .interrupted)
                #expect(error.cause is Broken)
            }
        }
        for sent in [0, 1000, 600_000] {
            let (source, continuation) = AsyncStream<ByteBuffer>.makeStream()
            if sent > 0 { continuation.yield(ByteBuffer(bytes: bytes[..<sent])) }
            let task = Task { () async -> SandboxError? in
                do throws(SandboxError) {
                    _ = try await smallStaging().stage(source)
                    return nil
                } catch {
                    return error
                }
            }
            task.cancel()
            #expect(await task.value?.code == .cancelled)
        }
    }

    @Test("the rest of a bad archive is not read")
    func stopsReading() async throws {
        let bad = fixture("traversal.tar")
        let pulled = Mutex(0)
        let source = AsyncStream<ByteBuffer> {
            let count = pulled.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? ByteBuffer(bytes: bad) : ByteBuffer(repeating: 0, count: 1 << 20)
        }
        do throws(SandboxError) {
            _ = try await smallStaging(archiveBytes: .max).stage(source)
            Issue.record("staged a bad archive without end")
        } catch {
            #expect(error == SandboxError(.traversal, entry: "a/../../evil", ""))
        }
        #expect(pulled.withLock { $0 } < 8)
    }

    @Test("no staging directory is an error of ours, not of the input")
    func noDirectory() async throws {
        let staging = SandboxStaging(directory: "/nonexistent", limits: SandboxLimits(memoryBytes: 10))
        let error = await refusal(fixture("good-gnu.tar"), staging)
        #expect(error?.code == .storageFailed)
        #expect(error?.isFaultOfInput == false)
    }

    @Test("many uploads at once, more than there are threads, and many readers of one")
    func concurrent() async throws {
        let threads = ArchiveThreads(arriving: 2, workers: 2)
        let staging = SandboxStaging(directory: "/tmp", limits: SandboxLimits(memoryBytes: 1000), threads: threads)
        let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        var tar = TarBuilder()
        tar.file("small", "first")
        tar.file("large", content)
        let bytes = tar.ended
        let sandboxes = try await withThrowingTaskGroup(of: StagedSandbox.self) { group in
            for size in 1...10 { group.addTask { try await staging.stage(chunks(bytes, of: size * 7001)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sandboxes.count == 10)
        let path = try SandboxPath("large")
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for (index, sandbox) in sandboxes.enumerated() {
                for chunk in [1000, 65536, 1 << 20] where chunk > 1000 || index == 0 {
                    group.addTask { try await collect(sandbox.contents(of: path, chunkBytes: chunk)) }
                }
            }
            for try await read in group { #expect(read == content) }
        }
        #expect(try await collect(sandboxes[0].contents(of: path, range: 699_990..<800_000)) == Array(content[699_990...]))
        #expect(try await collect(sandboxes[0].contents(of: path, range: 5..<5)) == [])
        #expect(try await collect(sandboxes[0].contents(of: SandboxPath("small"), range: 1..<3)) == Array("ir".utf8))
        await threads.shutdown()
        let error = await refusal(bytes, staging)
        #expect(error?.code == .cancelled)
    }

    @Test("named parts make a sandbox", arguments: [10, 1 << 20])
    func builder(memoryBytes: Int) async throws {
        var builder = StagedSandboxBuilder(smallStaging(memoryBytes: memoryBytes))
        try await builder.add(SandboxPath("a"), bytes: ByteBuffer(string: "alpha"))
        let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try await builder.add(SandboxPath("d/run.sh"), mode: 0o100755, chunks(large, of: 999))
        try builder.add(directory: SandboxPath("e"), mode: 0o700)
        try await builder.add(SandboxPath("empty"), bytes: ByteBuffer())
        let sandbox = try builder.finish()
        #expect(sandbox.isInMemory == (memoryBytes > 10))
        #expect(sandbox.contentBytes == 200_005)
        #expect(
            try await unpack(sandbox) == [
                Item(name: "a", mode: 0o644, content: Array("alpha".utf8)), Item(name: "d", mode: 0o755, content: nil),
                Item(name: "d/run.sh", mode: 0o755, content: large), Item(name: "e", mode: 0o700, content: nil),
                Item(name: "empty", mode: 0o644, content: []),
            ])
    }

    @Test("named parts have the same limits")
    func builderLimits() async throws {
        func refused(_ build: (inout StagedSandboxBuilder) async throws(SandboxError) -> Void) async -> SandboxError? {
            var builder = StagedSandboxBuilder(smallStaging(contentBytes: 10, entries: 2))
            do throws(SandboxError) {
                try await build(&builder)
                return nil
            } catch {
                return error
            }
        }
        let bytes = ByteBuffer(string: "12345")
        let twice = await refused { builder throws(SandboxError) in
            try await builder.add(SandboxPath("a"), bytes: bytes)
            try await builder.add(SandboxPath("a"), bytes: bytes)
        }
        #expect(twice == SandboxError(.duplicateEntry, entry: "a", ""))
        let large = await refused { builder throws(SandboxError) in
            try await builder.add(SandboxPath("a"), bytes: bytes)
            try await builder.add(SandboxPath("b"), chunks(Array("123456".utf8), of: 2))
        }
        #expect(large == SandboxError(.contentTooLarge, entry: "b", ""))
        let many = await refused { builder throws(SandboxError) in try await builder.add(SandboxPath("a/b/c"), bytes: bytes) }
        #expect(many == SandboxError(.tooManyEntries, entry: "a/b/c", ""))
    }
}
