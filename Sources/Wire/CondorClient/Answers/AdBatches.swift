import Cedar
package import ClassAd

/// The ads of an answer, in batches as they arrive, with back-pressure: nothing is read from the daemon while nobody asks.
///
/// The first `next()` returns only after the daemon has accepted the identity and answered; every failure of the command up to there is thrown
/// by it. Each iterator runs the command anew. Dropping the iterator, or cancelling the task, ends the connection.
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

    private let source: Source

    init(_ source: Source) { self.source = source }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source) }

    /// One answer. Copies share its connection, so only one of them can read on.
    package struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        /// Ads of a batch at most.
        private static var batchLimit: Int { 1024 }

        private let source: Source
        private var connection: CommandConnection?
        private var reader: MessageReader?
        private var isFinished = false
        /// What the daemon said at the end; nil until `next()` has returned nil.
        package private(set) var summary: Summary?

        fileprivate init(_ source: Source) { self.source = source }

        /// The next batch: never empty; nil after the last one.
        package mutating func next() async throws(CondorError) -> [WireAd]? {
            guard !isFinished else { return nil }
            do throws(CondorError) {
                return try await nextBatch()
            } catch {
                finish()
                throw error
            }
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(CondorError) -> [WireAd]? { try await next() }

        private mutating func nextBatch() async throws(CondorError) -> [WireAd]? {
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
                    if batch.count >= Self.batchLimit {
                        self.reader = reader
                        return batch
                    }
                case .skip:
                    continue
                case .failed(let error):
                    throw error
                case .end(let summary):
                    self.summary = summary
                    finish()
                    return batch.isEmpty ? nil : batch
                }
            }
            self.reader = reader
            return batch
        }

        private mutating func finish() {
            isFinished = true
            reader = nil
            connection?.close()
            connection = nil
        }
    }
}
