import Cryptography

/// What a server's handshake wants to be done. Carry the actions out in order.
package enum ServerHandshakeAction: Sendable {
    /// Send this as one message, encrypted when encryption is on.
    case send([UInt8])
    /// Call ``PacketCodec/resetDigests()``.
    case resetDigests
    /// Call ``PacketCodec/enableEncryption(key:initializationVector:)``.
    case enableEncryption(SessionKey)
    /// Look a session up and report by `sessionFound(_:)`.
    case findSession(id: String)
    /// Look at a path without following links and report by `directoryInspected(_:)`.
    case inspectDirectory(path: String)
    /// The handshake is done: the connection belongs to the command. A new session is to be stored.
    case accepted(AcceptedCommand)
    /// The handshake failed for good: close the connection, once everything has been sent.
    case failed(CedarError)
}

/// The result of a server's handshake.
package struct AcceptedCommand: Sendable {
    /// The number of the request for the authorisation of another command (DC_SEC_QUERY): it is answered with an ad by the caller.
    package static let securityQuery = 60_040

    /// The command to run.
    package var number: Int
    /// The command whose authorisation was asked, where the command is such a request.
    package var authCommand: Int?
    /// Who asks; nil for a command without a handshake.
    package var session: ServerSession?
    /// True when the session was resumed and is stored already.
    package var isResumed: Bool
    /// The client's version, if it told one.
    package var clientVersion: CondorVersion?
    /// Reads the command's own messages. For a command without a handshake it holds the rest of the first message.
    package var remainder: MessageDecoder
}

/// The random values of one server's handshake.
struct ServerEntropy: Sendable {
    /// Made when a session is negotiated; a resumption needs none.
    var keyExchange: KeyExchange?
    /// 256 bytes for the proof of a token.
    var tokenRandom = RandomBytes.make(AKEP2.randomLength)
    /// 33 bytes that make a resumption unique.
    var nonce = RandomBytes.make(HandshakeEntropy.nonceLength)
    /// 8 bytes that make the name of a directory one that nobody guesses.
    var directoryRandom = RandomBytes.make(8)
}
