import NIOConcurrencyHelpers
import Tokens
import Waiting

/// Submissions with a key in this process: the second one with the same credential and key waits for the first, and what became of the first is
/// remembered.
///
/// This spares clients a look at half of the work, and gives them the same answer as before when the jobs have left the queue. It is not what keeps a
/// submission from being made twice; that is decided in the schedd's transaction.
package final class KeyedSubmissions: Sendable {
    struct Name: Sendable, Hashable {
        var credential: Credential
        var key: IdempotencyKey
    }

    /// What a submission became, with the digest of its content.
    struct Outcome: Sendable {
        var queued: QueuedCluster
        var digest: String
    }

    /// Outcomes kept: this many of the newest, and up to as many older ones.
    static let generation = 5_000

    private let outcomes = NIOLockedValueBox<(young: [Name: Outcome], old: [Name: Outcome])>(([:], [:]))
    private let locks = KeyedLock<Name>()

    package init() {}

    func outcome(of name: Name) -> Outcome? {
        outcomes.withLockedValue { $0.young[name] ?? $0.old[name] }
    }

    func remember(_ outcome: Outcome, of name: Name) {
        outcomes.withLockedValue { outcomes in
            if outcomes.young.count >= Self.generation { outcomes = ([:], outcomes.young) }
            outcomes.young[name] = outcome
        }
    }

    /// Runs one submission of a name at a time.
    /// - Throws: what `body` throws; `cancelled`.
    func alone<Result>(_ name: Name, _ body: () async throws(JobsError) -> Result) async throws(JobsError) -> Result {
        do {
            return try await locks.withLock(name) { try await body() }
        } catch {
            throw error as? JobsError ?? JobsError.cancellation
        }
    }
}
