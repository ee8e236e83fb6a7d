import Cedar
package import ClassAd
import NIOConcurrencyHelpers

/// The ads of an answer, in batches as they arrive, with back-pressure: nothing is read from the daemon while nobody asks.
///
/// The first `next()` returns only after the daemon has accepted the identity and answered; every failure of the command up to there is thrown
/// by it. Make one iterator: each one runs the command anew. Dropping the iterator, or cancelling the task, ends the connection.
package struct AdBatches<Summary: Sendable>: AsyncSequence, Sendable {
    package typealias Element = [WireAd]
    package typealias Failure = CondorError

    /// One step of reading an answer.
    enum Step: Sendable {
        case ad(WireAd)
        case skip
        case end(Summary)
        case failed(CondorError)
    }

    /// How the command is run and its answer read.
    struct Source: Sendable {
        var open: @Sendable () async throws(CondorError) -> CommandConnection
        var step: @Sendable (inout MessageDecoder) throws(CedarError) -> Step
    }

    let source: Source
    private let outcome = NIOLockedValueBox<Summary?>(nil)

    init(_ source: Source) { self.source = source }

    /// What the daemon said at the end; nil until an iterator has returned nil.
    package var summary: Summary? { outcome.withLockedValue { $0 } }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: Stream(source: source, outcome: outcome)) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let stream: Stream

        /// The next batch: never empty; nil after the last one.
        package mutating func next() async throws(CondorError) -> [WireAd]? { try await stream.next() }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(CondorError) -> [WireAd]? {
            try await stream.next()
        }
    }

    /// Ads of a batch at most.
    static var batchLimit: Int { 1024 }

    /// The state of one iteration. Its end closes the connection.
    fileprivate final class Stream: @unchecked Sendable {
        private let source: Source
        private let outcome: NIOLockedValueBox<Summary?>
        private var connection: CommandConnection?
        private var reader: MessageReader?
        private var isFinished = false

        init(source: Source, outcome: NIOLockedValueBox<Summary?>) {
            self.source = source
            self.outcome = outcome
        }

        deinit { connection?.close() }

        func next() async throws(CondorError) -> [WireAd]? {
            guard !isFinished else { return nil }
            do throws(CondorError) {
                return try await nextBatch()
            } catch {
                finish()
                throw error
            }
        }

        private func nextBatch() async throws(CondorError) -> [WireAd]? {
            var reader: MessageReader
            if let current = self.reader {
                reader = current
                self.reader = nil
            } else {
                let connection = try await source.open()
                self.connection = connection
                reader = MessageReader(connection)
            }
            var batch: [WireAd] = []
            while true {
                let step: Step
                if let ready = try reader.valueIfAvailable(source.step) {
                    step = ready
                } else if !batch.isEmpty {
                    break
                } else {
                    step = try await reader.value(source.step)
                }
                switch step {
                case .ad(let ad):
                    batch.append(ad)
                    if batch.count >= AdBatches.batchLimit {
                        self.reader = reader
                        return batch
                    }
                case .skip:
                    continue
                case .failed(let error):
                    throw error
                case .end(let summary):
                    outcome.withLockedValue { $0 = summary }
                    finish()
                    return batch.isEmpty ? nil : batch
                }
            }
            self.reader = reader
            return batch
        }

        private func finish() {
            isFinished = true
            reader = nil
            connection?.close()
            connection = nil
        }
    }
}

extension AdBatches.AsyncIterator: Sendable {}
