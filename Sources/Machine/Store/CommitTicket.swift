import Waiting

/// The promise that a change will be durable.
package final class CommitTicket<Failure: Error>: Sendable {
    private let outcome = Promise<Result<Void, Failure>>()

    init() {}

    /// Returns when everything up to this ticket is durable. Cancellation does not end the wait: a commit always ends soon.
    package func wait() async throws(Failure) { try await outcome.valueDespiteCancellation().get() }

    func finish(_ result: Result<Void, Failure>) { outcome.fulfill(result) }
}
