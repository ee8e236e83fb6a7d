import Foundation
import Synchronization
import Testing

@testable import Store

private struct Refusal: Error, Equatable {}

/// A place to write to, whose doors the test opens.
private final class Ledger: Sendable {
    private let transactions = Mutex<[[Int]]>([])
    private let told = Mutex<[Int]>([])
    private let arrivals = DispatchSemaphore(value: 0)
    private let permits = DispatchSemaphore(value: 0)
    private let isGuarded: Bool
    private let refused: Int?

    /// - Parameters:
    ///   - isGuarded: each transaction waits for ``admit()``.
    ///   - refused: a transaction with this change fails.
    init(isGuarded: Bool = false, refused: Int? = nil) {
        self.isGuarded = isGuarded
        self.refused = refused
    }

    var written: [[Int]] { transactions.withLock { $0 } }
    var announced: [Int] { told.withLock { $0 } }

    /// Waits for a transaction to begin.
    func awaitArrival() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                arrivals.wait()
                continuation.resume()
            }
        }
    }

    /// Lets a transaction proceed.
    func admit() { permits.signal() }

    func writer() -> GroupWriter<Int, Refusal> {
        GroupWriter(
            write: { [self] changes throws(Refusal) in
                arrivals.signal()
                if isGuarded { permits.wait() }
                if let refused, changes.contains(refused) { throw Refusal() }
                transactions.withLock { $0.append(changes) }
            },
            onCommit: { [self] changes in told.withLock { $0 += changes } })
    }
}

@Suite struct GroupWriterTests {
    @Test func changesBecomeDurableInOrder() async throws {
        let ledger = Ledger()
        let writer = ledger.writer()
        let tickets = (0..<100).map(writer.enqueue)
        for ticket in tickets { try await ticket.wait() }
        #expect(ledger.written.flatMap { $0 } == Array(0..<100))
        #expect(ledger.announced == Array(0..<100))
        await writer.close()
    }

    /// While the first transaction is being written three changes gather; they share the second one.
    @Test func changesThatGatherShareACommit() async throws {
        let ledger = Ledger(isGuarded: true)
        let writer = ledger.writer()
        let first = writer.enqueue(1)
        await ledger.awaitArrival()
        let others = [2, 3, 4].map(writer.enqueue)
        ledger.admit()
        try await first.wait()
        #expect(ledger.written == [[1]])
        ledger.admit()
        for ticket in others { try await ticket.wait() }
        #expect(ledger.written == [[1], [2, 3, 4]])
        await writer.close()
    }

    @Test func aGroupIsWrittenAsAWhole() async throws {
        let ledger = Ledger()
        let writer = ledger.writer()
        writer.openGroup()
        var tickets = [writer.enqueue(1)]
        writer.openGroup()
        tickets.append(writer.enqueue(2))
        writer.closeGroup()
        tickets.append(writer.enqueue(3))
        #expect(ledger.written.isEmpty)
        writer.closeGroup()
        for ticket in tickets { try await ticket.wait() }
        #expect(ledger.written == [[1, 2, 3]])
        await writer.close()
    }

    @Test func barrier() async throws {
        let ledger = Ledger()
        let writer = ledger.writer()
        _ = writer.enqueue(1)
        _ = writer.enqueue(2)
        try await writer.barrier().wait()
        #expect(ledger.written.flatMap { $0 } == [1, 2])
        try await writer.barrier().wait()
        #expect(ledger.announced == [1, 2])
        await writer.close()
    }

    @Test func nothingIsWrittenAfterAFailure() async throws {
        let ledger = Ledger(refused: 2)
        let writer = ledger.writer()
        try await writer.enqueue(1).wait()
        for change in [2, 3] {
            let ticket = writer.enqueue(change)
            await #expect(throws: Refusal()) { try await ticket.wait() }
        }
        await #expect(throws: Refusal()) { try await writer.barrier().wait() }
        #expect(ledger.written == [[1]])
        #expect(ledger.announced == [1])
        await writer.close()
    }

    @Test func severalWaitForOneTicket() async throws {
        let ledger = Ledger(isGuarded: true)
        let writer = ledger.writer()
        let ticket = writer.enqueue(1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await ticket.wait() } }
            await ledger.awaitArrival()
            ledger.admit()
            try await group.waitForAll()
        }
        try await ticket.wait()
        try await writer.nothing().wait()
        await writer.close()
    }

    @Test func closingWritesWhatWaits() async throws {
        let ledger = Ledger()
        let writer = ledger.writer()
        let tickets = (0..<20).map(writer.enqueue)
        await writer.close()
        #expect(ledger.written.flatMap { $0 } == Array(0..<20))
        for ticket in tickets { try await ticket.wait() }
    }
}
