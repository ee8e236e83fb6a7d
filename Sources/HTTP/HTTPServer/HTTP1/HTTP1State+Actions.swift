import HTTPTypes

extension HTTP1State {
    /// What a head says of its exchange.
    struct Opening: Hashable {
        var isHead = false
        var isHTTP10 = false
        var keepsAlive = true
        var framing = HTTP1RequestHead.Framing.none
        var expectsContinue = false
        /// The client would go on in another protocol.
        var offersUpgrade = false
    }

    /// What to do with a part that the decoder has made.
    enum Receipt: Hashable {
        case process
        /// It is kept until the requests before it are answered.
        case keep
        case drop
        /// The client sends on and on after the last answer.
        case close
    }

    /// What to do with a part of a body.
    enum BodyReceipt: Hashable {
        case push
        case drop
        /// The rest is too long to be thrown away: the connection ends.
        case linger
    }

    /// What follows from the end of what the client sends.
    enum InputEnd: Hashable {
        case nothing
        /// The connection ends when the answers before have left.
        case close
        case closeAtOnce
        /// The bytes of a tunnel have come to their end.
        case finishBody
        /// The body has not.
        case failBody
    }

    /// What follows from bytes that are no HTTP.
    enum Garbage: Hashable {
        case nothing
        /// They stand where a request should.
        case refuse
        /// They are in the body of the present request.
        case failBody
        /// There is no request that could be answered: the connection ends when the answers before have left.
        case close
    }

    /// How the head of an answer is written.
    struct AnswerHead: Hashable {
        let framing: HTTP1ResponseFraming
        /// The value of the `Connection` field.
        let connection: String?
    }

    /// How a part of an answer's body is written.
    enum Write: Hashable {
        /// The exchange is over.
        case closed
        /// The answer has no body.
        case nothing
        case chunk
        case plain
        /// It is more than was declared.
        case excess
    }

    /// How an answer ends.
    enum End: Hashable {
        case nothing
        case answered
        case lastChunk
        /// It is less than was declared.
        case short
    }

    /// What comes after an answer.
    enum Sequel: Hashable {
        case nothing
        /// The last answer has to leave, then the connection ends.
        case close
        case nextRequest
        /// The rest of the body is thrown away.
        case skipBody
    }

    /// What comes after an exchange.
    enum Succession: Hashable {
        case nothing
        /// The connection ends when the answers before have left.
        case close
        /// Wait until the client has taken some of the earlier answers.
        case awaitReader
        case processPending
    }

    /// How an answer is broken off.
    enum BreakOff: Hashable {
        case nothing
        case close
        /// An orderly end would look like the end of the body.
        case reset
    }

    /// What comes after the last answer has left.
    enum Farewell: Hashable {
        case close
        /// The client gets time to read it.
        case linger
    }

    /// How a connection becomes a tunnel.
    enum Tunnel: Hashable {
        case nothing
        case open
        /// The client has sent all it will.
        case openAtEnd
    }

    /// A deadline that has passed, and what follows.
    struct Overdue: Hashable {
        let expiry: ConnectionDeadlines.Expiry
        let consequence: Consequence
    }

    enum Consequence: Hashable {
        case nothing
        case refuseHead
        case failBody
        case close
        case reset
    }
}

extension HTTP1State.Opening {
    init(_ head: HTTP1RequestHead) {
        self.init(
            isHead: head.method == .head, isHTTP10: head.isHTTP10, keepsAlive: head.keepsAlive, framing: head.framing,
            expectsContinue: head.expectsContinue, offersUpgrade: !head.upgradeProtocols.isEmpty)
    }
}
