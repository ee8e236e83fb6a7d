import Cedar
import CondorModel
import CondorProtocol
import Testing

struct FileTransferLayoutTests {
    @Test func startAndSize() throws {
        let start = FileTransfer.Start(isFinal: false, sandboxSize: 24)
        #expect(clear(start.encode(into:)) == int(0) + ad("SandboxSize = 24"))
        #expect(try roundTrip(start.encode(into:), { (m) throws(CedarError) in try FileTransfer.Start(from: &m) }) == [start, start])
        let size = FileTransfer.FileSize(size: 1 << 40)
        #expect(clear(size.encode(into:)) == int(1 << 40) + int(262_144))
        #expect(try roundTrip(size.encode(into:), { (m) throws(CedarError) in try FileTransfer.FileSize(from: &m) }) == [size, size])
        for bad in [int(-1) + int(1), int(5) + int(0), int(5) + int(-7)] {
            var message = MessageDecoder(message: bad, encrypted: false)
            #expect(throws: CedarError(.malformed, "")) { try FileTransfer.FileSize(from: &message) }
        }
        // The chunk size of an empty file does not matter.
        var empty = MessageDecoder(message: int(0) + int(0), encrypted: false)
        #expect(throws: Never.self) { try FileTransfer.FileSize(from: &empty) }
    }

    @Test func goAheads() throws {
        #expect(try lines(of: clear(FileTransfer.GoAhead.always.encode(into:))) == ["Result = 2", "MaxTransferBytes = -1"])
        let refusal = FileTransfer.GoAhead(
            result: -1, maximumBytes: 10, timeout: 5, tryAgain: true, holdReasonCode: 13, holdReasonSubCode: 28, holdReason: "disk full")
        #expect(try roundTrip(refusal.encode(into:), { (m) throws(CedarError) in try FileTransfer.GoAhead(from: &m) }) == [refusal, refusal])
        var wordless = MessageDecoder(message: ad("Foo = 1"), encrypted: false)
        #expect(throws: CedarError(.malformed, "")) { try FileTransfer.GoAhead(from: &wordless) }
    }

    @Test func reports() throws {
        let success = FileTransfer.Report(result: 0, bytes: 700_000, files: 3)
        #expect(try roundTrip(success.encode(into:), { (m) throws(CedarError) in try FileTransfer.Report(from: &m) }) == [success, success])
        var captured = MessageDecoder(
            message: ad(
                "Result = -1", "HoldReasonCode = 12", "HoldReasonSubCode = 1",
                "HoldReason = \" Attempt to write to illegal sandbox path: x/../y.txt\""), encrypted: false)
        #expect(
            try FileTransfer.Report(from: &captured)
                == FileTransfer.Report(
                    result: -1, holdReasonCode: 12, holdReasonSubCode: 1, holdReason: " Attempt to write to illegal sandbox path: x/../y.txt"))
    }

    @Test func sandboxRequests() throws {
        let spool = SpoolRequest(clientVersion: "v", jobs: [JobID("1.0")!, JobID("1.5")!])
        #expect(clear(spool.encode(into:)) == str("v") + int(2))
        #expect(clear(spool.encodeJobs(into:)) == int(1) + int(0) + int(1) + int(5))
        #expect(
            try roundTrip(spool.encodeJobs(into:), { (m) throws(CedarError) in try SpoolRequest.decodeJobs(count: 2, from: &m) }) == [
                spool.jobs, spool.jobs,
            ])
        for count in [0, -1, Int64.max] {
            var head = MessageDecoder(message: str("v") + int(count), encrypted: false)
            #expect(throws: CedarError(.malformed, "")) { try SpoolRequest.decodeHead(from: &head).jobCount }
        }
        let fetch = TransferDataRequest(clientVersion: "v", constraint: "ClusterId == 1")
        #expect(clear(fetch.encode(into:)) == str("v") + str("ClusterId == 1"))
        #expect(try roundTrip(fetch.encode(into:), { (m) throws(CedarError) in try TransferDataRequest(from: &m) }) == [fetch, fetch])
    }

    @Test func namesWithinASandbox() {
        for good in ["a", "a/b", "a.b/..c", "...", ".hidden", "ä", "a\\b", "c:x"] { #expect(FileTransfer.isAllowed(name: good), "\(good)") }
        for bad in [
            "", "/", "/a", "..", "../a", "a/..", "x/../y", ".", "a//b", "a/", "a\0b", "\\a", "a\\..\\b", "c:/x", "./a",
            String(repeating: "x", count: 5000),
        ] {
            #expect(!FileTransfer.isAllowed(name: bad), "\(bad)")
        }
    }
}
