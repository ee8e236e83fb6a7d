import HTTPTypes

extension HTTP1State {
    /// What a head says about its exchange.
    struct Opening: Hashable {
        var isHead = false
        var isHTTP10 = false
        var keepsAlive = true
        var framing = HTTP1RequestHead.Framing.none
        var expectsContinue = false
        /// The client offers to upgrade to another protocol.
        var offersUpgrade = false
    }

    /// What to do with a decoded part.
    enum Receipt: Hashable {
        case process
        /// It waits until the requests before it are answered.
        case keep
        case drop
        /// The client has sent too much after the last answer.
        case close
    }

    /// What to do with a part of a body.
    enum BodyReceipt: Hashable {
        case push
        case drop
        /// Too much has been discarded: the connection ends.
        case linger
    }

    /// What to do when the client has closed its side.
    enum InputEnd: Hashable {
        case nothing
        /// The connection ends when earlier answers have left.
        case close
        case closeAtOnce
        /// The client's side of the tunnel has ended.
        case finishBody
        /// The body is incomplete.
        case failBody
    }

    /// What to do when the decoder has given up.
    enum Garbage: Hashable {
        case nothing
        /// The bytes stand in the place of a request.
        case refuse
        /// The bytes stand in the body of the current request.
        case failBody
        /// There is no request to answer: the connection ends when earlier answers have left.
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
        /// The rest of the request's body is discarded.
        case skipBody
    }

    /// What comes after an exchange.
    enum Succession: Hashable {
        case nothing
        /// The connection ends when earlier answers have left.
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
        /// The client gets time to read the answer.
        case linger
    }

    /// How a connection becomes a tunnel.
    enum Tunnel: Hashable {
        case nothing
        case open
        /// The client has already closed its side.
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
