import Cedar

/// Why a connection ended before its command was complete.
enum ServerError: Error, Sendable, CustomStringConvertible {
    /// The client closed the connection, the connection broke, or the server is stopping.
    case closed
    /// The client violated the protocol.
    case violation(CedarError)
    /// The server refuses to continue. It closes the connection without a reply, as HTCondor does in such cases.
    case refused(String)

    var description: String {
        switch self {
        case .closed: "the connection ended"
        case .violation(let error): error.description
        case .refused(let reason): reason
        }
    }
}
