import Tokens

/// The client's end of one authentication method: a machine of its own, run by ``ClientHandshake`` once the method was chosen.
///
/// A thrown error ends the handshake: the peer does not keep to the protocol. A method that fails in order returns
/// ``AuthenticatorStep/failed(_:)``, after which the next method is tried.
protocol ClientAuthenticator: Sendable {
    var method: AuthenticationMethod { get }

    /// A directory that has to be removed if the handshake ends now.
    var directory: String? { get }

    /// The client's first move.
    mutating func start() throws(CedarError) -> [AuthenticatorStep]

    /// A whole message of the server. Whatever is left of it afterwards is an error.
    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [AuthenticatorStep]

    /// The directory asked for was made, or could not be.
    mutating func directoryCreated(_ success: Bool) throws(CedarError) -> [AuthenticatorStep]
}

extension ClientAuthenticator {
    var directory: String? { nil }

    mutating func directoryCreated(_ success: Bool) throws(CedarError) -> [AuthenticatorStep] {
        throw CedarError(.unexpectedEvent, "no directory was asked for")
    }
}

/// What an authentication method wants.
enum AuthenticatorStep: Sendable {
    case send([UInt8])
    case createDirectory(String)
    case removeDirectory(String)
    case succeeded
    case failed(CedarError)
}
