import Tokens
import Cedar
import CondorProtocol
import Synchronization
import Text

/// Sessions that GET_JOB_CONNECT_INFO granted: each is for looking at one job's files and nothing else.
final class StarterSessions: Sendable {
    /// Sessions held; the oldest go first.
    private static let capacity = 4096
    /// How long a session lives.
    private static let lifetime: Duration = .seconds(3600)

    private struct State {
        var jobs: [String: JobID] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())
    private let sessions: ServerSessions

    init(_ sessions: ServerSessions) { self.sessions = sessions }

    /// Grants a user a session for a job.
    /// - Returns: the id of the claim, which holds the session's key: a secret.
    func grant(_ job: JobID, to user: String) -> String {
        let id = sessions.makeID()
        let secret = Self.secret()
        let session = SecuritySession(
            id: id, key: SessionKey(claimKey: secret), user: user, method: nil, validCommands: [Command.starterPeek.rawValue],
            duration: Self.lifetime, lease: .zero, peerVersion: nil)
        sessions.store(ServerSession(session: session, limits: [.allow, .read], token: nil))
        state.withLock { state in
            state.jobs[id] = job
            state.order.append(id)
            if state.order.count > Self.capacity { state.jobs[state.order.removeFirst()] = nil }
        }
        let version = CondorVersion.current
        return "\(id)#[Encryption=\"YES\";Integrity=\"YES\";CryptoMethods=\"AES\";ShortVersion=\"\(version)\";]\(secret)"
    }

    /// The job a session is for.
    func job(of session: String) -> JobID? { state.withLock { $0.jobs[session] } }

    /// 256 random bits in hexadecimal digits.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in Hex.string(UInt64.random(in: .min ... .max, using: &generator)) }.joined()
    }
}
