import Cedar
import CondorProtocol
import Synchronization
import Tokens

/// The security sessions of a client. Makes sure that one identity that is used for the first time by many tasks at once negotiates once.
final class SessionStore: Sendable {
    /// What a session is for.
    struct Purpose: Hashable, Sendable {
        var address: String
        var identity: IdentityDigest
        var command: Command
        /// The command asked about, for commands that only ask.
        var subject: Command?

        /// Purposes that one new session would serve alike.
        fileprivate var group: Group { Group(address: address, identity: identity, command: command, subject: subject) }
    }

    fileprivate struct Group: Hashable {
        let address: String
        let identity: IdentityDigest
        let level: AuthorizationLevel?
        let forcesAuthentication: Bool
        let subject: Command?

        init(address: String, identity: IdentityDigest, command: Command, subject: Command?) {
            self.address = address
            self.identity = identity
            level = (subject ?? command).level
            forcesAuthentication = command.forcesAuthentication
            self.subject = subject
        }
    }

    enum Grant: Sendable {
        case resume(SecuritySession)
        /// The session of a claim, which the store knows nothing of.
        case claimed(SecuritySession)
        /// Negotiate, and tell the result by ``SessionStore/finish(_:for:)``, whatever it is.
        case negotiate

        var session: SecuritySession? {
            switch self {
            case .resume(let session), .claimed(let session): session
            case .negotiate: nil
            }
        }
    }

    /// Addresses remembered at most.
    private static let addressLimit = 1000

    private struct State {
        var cache: SessionCache
        /// Those who wait for a negotiation that is going on.
        var waiters: [Group: [UInt64: CheckedContinuation<CondorError?, Never>]] = [:]
        var nextWaiter: UInt64 = 0
        /// Addresses of daemons that resume no session without giving their word.
        var needingWord: Set<String> = []
    }

    private let state: Mutex<State>

    init(capacity: Int) {
        state = Mutex(State(cache: SessionCache(capacity: capacity)))
    }

    /// A session to resume, or the order to negotiate one. Waits while somebody else negotiates for the same purpose; when that fails for
    /// another reason than cancellation, this fails alike.
    func acquire(_ purpose: Purpose) async throws(CondorError) -> Grant {
        while true {
            enum Decision { case grant(Grant), wait(UInt64) }
            let decision = state.withLock { state -> Decision in
                let session = state.cache.session(
                    address: purpose.address, identity: purpose.identity, command: purpose.command.rawValue, now: .now)
                if let session { return .grant(.resume(session)) }
                guard state.waiters[purpose.group] != nil else {
                    state.waiters[purpose.group] = [:]
                    return .grant(.negotiate)
                }
                state.nextWaiter &+= 1
                return .wait(state.nextWaiter)
            }
            switch decision {
            case .grant(let grant):
                return grant
            case .wait(let number):
                let failure = await wait(purpose.group, number)
                if Task.isCancelled { throw CondorError(.cancelled, "the command was cancelled") }
                if let failure, failure.code != .cancelled { throw failure }
            }
        }
    }

    private func wait(_ group: Group, _ number: UInt64) async -> CondorError? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // The negotiation may have ended, or the task been cancelled, in between.
                    guard !Task.isCancelled, state.waiters[group] != nil else { return true }
                    state.waiters[group]?[number] = continuation
                    return false
                }
                if goesOn { continuation.resume(returning: nil) }
            }
        } onCancel: {
            state.withLock { $0.waiters[group]?.removeValue(forKey: number) }?.resume(returning: nil)
        }
    }

    /// The end of a negotiation that ``acquire(_:)`` ordered.
    func finish(_ result: Result<SecuritySession, CondorError>, for purpose: Purpose) {
        let waiters = state.withLock { state in
            if case .success(let session) = result {
                state.cache.store(session, address: purpose.address, identity: purpose.identity, now: .now)
            }
            return state.waiters.removeValue(forKey: purpose.group) ?? [:]
        }
        var failure: CondorError?
        if case .failure(let error) = result { failure = error }
        for waiter in waiters.values { waiter.resume(returning: failure) }
    }

    /// Forgets a session its server does not know any more.
    func forget(_ session: SecuritySession, address: String) {
        state.withLock { $0.cache.invalidate(id: session.id, address: address) }
    }

    /// Forgets all sessions with an address where nobody answers any more.
    func forget(address: String) {
        state.withLock { $0.cache.invalidate(address: address) }
    }

    /// True when the daemon is known to resume no session without giving its word.
    func needsWord(_ address: String) -> Bool { state.withLock { $0.needingWord.contains(address) } }

    func noteNeedsWord(_ address: String) {
        state.withLock { state in
            if state.needingWord.count >= Self.addressLimit { state.needingWord = [] }
            state.needingWord.insert(address)
        }
    }

    /// Tasks that wait for a negotiation of somebody else.
    var waiterCount: Int { state.withLock { $0.waiters.values.reduce(0) { $0 + $1.count } } }

    /// Sessions kept.
    var count: Int { state.withLock { $0.cache.count } }
}
