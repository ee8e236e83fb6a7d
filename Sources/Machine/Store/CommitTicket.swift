import Waiting

/// Promises that a change will be durable.
package final class CommitTicket<Failure: Error>: Sendable {
    private let outcome = Promise<Result<Void, Failure>>()

    init() {}

    /// Returns when this change and all before it are durable. Cancellation does not end the wait, since a commit always ends soon.
    package func wait() async throws(Failure) { try await outcome.valueDespiteCancellation().get() }

    func finish(_ result: Result<Void, Failure>) { outcome.fulfill(result) }
}
