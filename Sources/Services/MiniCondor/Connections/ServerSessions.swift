import Cedar
import Glibc
import Synchronization

/// The security sessions of all clients. They are kept in memory only, so clients negotiate again after a restart.
final class ServerSessions: Sendable {
    private struct State {
        var table = ServerSessionTable()
        var counter = 0
    }

    private let state = Mutex(State())
    private let prefix: String

    /// - Parameters:
    ///   - host: the host name in session ids.
    ///   - startTime: seconds since 1970.
    init(host: String, startTime: Int64) { prefix = "\(host):\(getpid()):\(startTime):" }

    /// An id that no session has had.
    func makeID() -> String {
        state.withLock { state in
            state.counter += 1
            return prefix + String(state.counter)
        }
    }

    func store(_ session: ServerSession) {
        state.withLock { $0.table.store(session, now: .now) }
    }

    func session(id: String) -> ServerSession? {
        state.withLock { $0.table.session(id: id, now: .now) }
    }

    func removeExpired() {
        state.withLock { $0.table.removeExpired(now: .now) }
    }
}
