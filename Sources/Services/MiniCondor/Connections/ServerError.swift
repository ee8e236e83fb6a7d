import Cedar

/// Why a connection ended before its command was done.
enum ServerError: Error, Sendable, CustomStringConvertible {
    /// The client ended the connection, or it broke, or the server is stopping.
    case closed
    /// What the client sent cannot be.
    case violation(CedarError)
    /// The command is over by a decision of the server: the connection is closed without a word, as HTCondor does in that place.
    case refused(String)

    var description: String {
        switch self {
        case .closed: "the connection ended"
        case .violation(let error): error.description
        case .refused(let reason): reason
        }
    }
}
