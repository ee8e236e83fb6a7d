import ClassAd
import CondorModel
import CondorProtocol
import Testing

@testable import MiniCondor

@Suite struct HistoryTests {
    private func fill(_ harness: QueueHarness, _ count: Int) async throws {
        try await harness.submit(count)
        for proc in 0..<count {
            harness.advance(1)
            _ = try await harness.queue.act(.remove, .jobs([try #require(JobID(cluster: 1, proc: proc))]), by: QueueHarness.alice)
        }
    }

    private func procs(_ scan: HistoryScan) throws -> [Int] {
        var scan = scan
        var procs: [Int] = []
        while let record = try scan.next() { procs.append(record.id.proc) }
        return procs
    }

    @Test func newestFirstWithLimits() async throws {
        let harness = try QueueHarness()
        try await fill(harness, 300)
        let history = harness.queue.history
        #expect(try procs(history.scan()) == Array((0..<300).reversed()))
        #expect(try procs(history.scan(forwards: true)) == Array(0..<300))
        #expect(try procs(history.scan(limit: 3)) == [299, 298, 297])
        #expect(try procs(history.scan(try ExprTree.parse("ProcId % 100 == 5"), limit: 2)) == [205, 105])
        #expect(try procs(history.scan(try ExprTree.parse("ProcId % 100 == 5"), scanLimit: 100)) == [205])
        #expect(try procs(history.scan(since: try ExprTree.parse("ProcId == 297"))) == [299, 298])
        #expect(try procs(history.scan(limit: 0)).isEmpty)
        #expect(try procs(history.scan(try ExprTree.parse("ClusterId == 1 && ProcId == 7"))) == [7])
        var scan = history.scan(try ExprTree.parse("ProcId >= 290"))
        while try scan.next() != nil {}
        #expect(scan.matched == 10)
        #expect(scan.examined == 300)
        await harness.remove()
    }

    @Test func oldRecordsGo() async throws {
        let harness = try QueueHarness { $0.historyAge = 100 }
        try await fill(harness, 10)
        harness.advance(95)
        try await harness.queue.pruneHistory()
        #expect(try procs(harness.queue.history.scan()) == [9, 8, 7, 6, 5, 4])
        await harness.remove()
    }

    @Test func theOldestRecordsGoWhenThereAreTooMany() async throws {
        let harness = try QueueHarness { $0.historyBytes = 2_000 }
        try await fill(harness, 20)
        try await harness.queue.pruneHistory()
        let left = try procs(harness.queue.history.scan())
        #expect(left.first == 19)
        #expect((2...8).contains(left.count))
        await harness.remove()
    }
}
