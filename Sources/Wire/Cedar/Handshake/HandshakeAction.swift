/// What a handshake wants to be done. Carry the actions out in order.
package enum HandshakeAction: Sendable, Equatable {
    /// Send this as one message, encrypted when encryption is on.
    case send([UInt8])
    /// Call ``PacketCodec/resetDigests()``.
    case resetDigests
    /// Call ``PacketCodec/enableEncryption(key:initializationVector:)``.
    case enableEncryption(SessionKey)
    /// Make a directory with the mode 0700, exactly, and report by `directoryCreated(_:)`. An existing one counts as failure.
    case createDirectory(path: String)
    /// Remove a directory made for `createDirectory`. Failures are ignored.
    case removeDirectory(path: String)
    /// The handshake is done: the connection belongs to the command.
    case established(EstablishedSession)
    /// The handshake failed for good: close the connection.
    case failed(CedarError)
}

/// The result of a client's handshake.
package struct EstablishedSession: Sendable, Equatable {
    /// The session, new or resumed.
    package var session: SecuritySession
    /// True when a session was resumed: authorisation of the command is then only visible by the server closing the connection or not.
    package var isResumed: Bool

    package static func == (left: EstablishedSession, right: EstablishedSession) -> Bool {
        left.session.id == right.session.id && left.session.key == right.session.key && left.isResumed == right.isResumed
    }
}
