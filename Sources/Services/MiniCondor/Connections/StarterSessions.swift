import Tokens
import Cedar
import CondorModel
import CondorProtocol
import Synchronization
import Text

/// Sessions granted by GET_JOB_CONNECT_INFO. Each allows reading one job's files, and nothing else.
final class StarterSessions: Sendable {
    /// The largest number of sessions. The oldest are dropped first.
    private static let capacity = 4096
    /// The lifetime of a session.
    private static let lifetime: Duration = .seconds(3600)

    private struct State {
        var jobs: [String: JobID] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())
    private let sessions: ServerSessions

    init(_ sessions: ServerSessions) { self.sessions = sessions }

    /// Grants a user a session for a job.
    /// - Returns: the claim id, which contains the session's key and is secret.
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

    /// The job that a session is for.
    func job(of session: String) -> JobID? { state.withLock { $0.jobs[session] } }

    /// 256 random bits, in hexadecimal.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in Hex.string(UInt64.random(in: .min ... .max, using: &generator)) }.joined()
    }
}
