import Synchronization
import Tokens
import Waiting

/// Submissions with a key in this process. A second submission with the same credential and key waits for the first, whose outcome is remembered.
///
/// This hides half-finished submissions from clients, and repeats the same answer after the jobs have left the queue. It is not what prevents
/// duplicate submissions: that is decided in the schedd's transaction.
package final class KeyedSubmissions: Sendable {
    struct Name: Sendable, Hashable {
        var credential: Credential
        var key: IdempotencyKey
    }

    /// The result of a submission, with the digest of its content.
    struct Outcome: Sendable {
        var queued: QueuedCluster
        var digest: String
    }

    /// Number of outcomes kept: this many new ones, and no more than as many older ones.
    static let generation = 5_000

    private let outcomes = Mutex<(young: [Name: Outcome], old: [Name: Outcome])>(([:], [:]))
    private let locks = KeyedLock<Name>()

    package init() {}

    func outcome(of name: Name) -> Outcome? {
        outcomes.withLock { $0.young[name] ?? $0.old[name] }
    }

    func remember(_ outcome: Outcome, of name: Name) {
        outcomes.withLock { outcomes in
            if outcomes.young.count >= Self.generation { outcomes = ([:], outcomes.young) }
            outcomes.young[name] = outcome
        }
    }

    /// Runs one submission at a time for each name.
    /// - Throws: the errors of `body`; `cancelled`.
    func alone<Result>(_ name: Name, _ body: () async throws(JobsError) -> Result) async throws(JobsError) -> Result {
        do {
            return try await locks.withLock(name) { try await body() }
        } catch {
            throw error as? JobsError ?? JobsError.cancellation
        }
    }
}
