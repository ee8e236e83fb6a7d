import HummingbirdCore
import NIOConcurrencyHelpers

/// Counts the connections of all listeners of a server. While there are as many as it holds, no more are accepted.
struct ConnectionCap: AvailableConnectionsDelegate {
    private let limit: Int
    private let count = NIOLockedValueBox(0)

    init(limit: Int) {
        self.limit = limit
    }

    func connectionOpened() {
        count.withLockedValue { $0 += 1 }
    }

    func connectionClosed() {
        count.withLockedValue { $0 -= 1 }
    }

    func isAcceptingNewConnections() -> Bool {
        count.withLockedValue { $0 < limit }
    }
}
