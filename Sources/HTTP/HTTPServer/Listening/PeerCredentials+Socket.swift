import Glibc
import HTTPMessages
import NIOCore

extension PeerCredentials {
    /// The credentials of the process at the other end of a Unix socket; nil for other sockets. Must be called on the channel's event loop.
    init?(of channel: any Channel) {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let information: EventLoopFuture<Credentials> = socket.unsafeGetSocketOption(
            level: SocketOptionLevel(SOL_SOCKET), name: SocketOptionName(SO_PEERCRED))
        var credentials: Credentials?
        // On the event loop the answer is there at once.
        information.assumeIsolated().whenSuccess { credentials = $0 }
        guard let credentials else { return nil }
        self.init(processID: credentials.processID, userID: credentials.userID, groupID: credentials.groupID)
    }

    /// Linux' `struct ucred` (unix(7)).
    private struct Credentials: Sendable {
        var processID: Int32
        var userID: UInt32
        var groupID: UInt32
    }
}
