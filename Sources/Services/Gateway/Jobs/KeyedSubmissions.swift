import Cedar
import NIOConcurrencyHelpers

/// Submissions with a key in this process: the second one with the same credential and key waits for the first, and what became of the first is remembered.
///
/// This spares clients a look at half of the work, and tells them the same as before when the jobs have left the queue; that there is one cluster does not
/// depend on it.
final class KeyedSubmissions: Sendable {
    struct Name: Sendable, Hashable {
        var credential: Credential
        var key: IdempotencyKey
    }

    /// What a submission became, with the digest of its content.
    struct Outcome: Sendable {
        var queued: QueuedCluster
        var digest: String
    }

    /// Outcomes kept: the younger ones, and as many older ones.
    private static let generation = 5_000

    private let outcomes = NIOLockedValueBox<(young: [Name: Outcome], old: [Name: Outcome])>(([:], [:]))
    private let waiting = NIOLockedValueBox<[Name: [CheckedContinuation<Void, Never>]]>([:])

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
    func alone<Result>(_ name: Name, _ body: () async throws -> Result) async throws -> Result {
        while true {
            let isFree = waiting.withLockedValue { waiting in
                if waiting[name] != nil { return false }
                waiting[name] = []
                return true
            }
            if isFree { break }
            await withCheckedContinuation { continuation in
                let isOver = waiting.withLockedValue { waiting in
                    guard waiting[name] != nil else { return true }
                    waiting[name]?.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
            try Task.checkCancellation()
        }
        defer {
            let others = waiting.withLockedValue { $0.removeValue(forKey: name) ?? [] }
            for other in others { other.resume() }
        }
        return try await body()
    }
}
