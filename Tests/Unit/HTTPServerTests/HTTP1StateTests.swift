import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import HTTPServer

/// What follows from each event of a connection.
@Suite struct HTTP1StateTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private static let head = HTTPServerRequestPart.head(.init(version: .http1_1, method: .GET, uri: "/"))
    private static let end = HTTPServerRequestPart.end(nil)
    private static func bytes(_ count: Int) -> HTTPServerRequestPart { .body(ByteBuffer(repeating: 0, count: count)) }
    private static let idle = ConnectionDeadlines.Output(written: 0, buffered: 0)

    private var start: NIODeadline { Self.start }

    private func opened() -> HTTP1State {
        var state = HTTP1State(limits: .init())
        state.opened(at: start)
        return state
    }

    /// A connection whose first exchange has this head.
    private func begun(_ opening: HTTP1State.Opening) -> HTTP1State {
        var state = opened()
        _ = state.received(Self.head, at: start)
        _ = state.begin(opening, at: start)
        return state
    }

    /// A connection with a whole request without a body.
    private func asked(_ opening: HTTP1State.Opening = .init()) -> HTTP1State {
        var state = begun(opening)
        _ = state.receivedEnd()
        return state
    }

    // MARK: Requests

    @Test func aRequestIsAnsweredAndTheNextOneMayCome() {
        var state = opened()
        #expect(state.nextCheck == start + .seconds(30))
        #expect(state.received(Self.head, at: start) == .process)
        #expect(state.begin(.init(), at: start) == 1)
        #expect(state.nextCheck == nil)
        #expect(state.received(Self.end, at: start) == .process)
        #expect(state.receivedEnd() == false)
        #expect(state.answer(.ok, length: 2, isWhole: true, exchange: 1) == .init(framing: .length(2), connection: nil))
        #expect(state.sequel == .nextRequest)
        #expect(state.next(isWritable: true, at: start) == .processPending)
        #expect(state.nextPending() == nil)
        #expect(state.releaseUnlessPending(at: start) == .unchanged)
        #expect(state.nextCheck == start + .minutes(2))
        #expect(state.begin(.init(), at: start) == 2)
    }

    @Test func pipelinedRequestsWaitForTheirTurn() {
        var state = asked()
        #expect(state.received(Self.head, at: start) == .keep)
        #expect(state.received(Self.end, at: start) == .keep)
        #expect(state.mayRead() == false)
        #expect(state.nextPending() == nil)
        _ = state.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(state.next(isWritable: true, at: start) == .processPending)
        #expect(state.nextPending() == Self.head)
        #expect(state.releaseUnlessPending(at: start) == .unchanged)
        #expect(state.begin(.init(), at: start) == 2)
        #expect(state.nextPending() == Self.end)
        _ = state.receivedEnd()
        #expect(state.nextPending() == nil)
        #expect(state.releaseUnlessPending(at: start) == .owesRead)
        #expect(state.mayRead() == true)
    }

    @Test func theNextRequestWaitsUntilTheClientHasRead() {
        var state = asked()
        _ = state.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(state.becameWritable() == false)
        #expect(state.next(isWritable: false, at: start) == .awaitReader)
        #expect(state.mayRead() == false)
        #expect(state.received(Self.head, at: start) == .keep)
        #expect(state.nextPending() == nil)
        #expect(state.becameWritable() == true)
        #expect(state.becameWritable() == false)
        #expect(state.nextPending() == Self.head)
    }

    @Test func stoppedDecoderRefusesWhatStandsInTheRequestsPlace() {
        var state = opened()
        #expect(state.receivedGarbage(atEnd: false) == .refuse)
        #expect(state.beginRefusal(isHead: true, isHTTP10: true) == 1)
        #expect(state.answer(.badRequest, length: 9, isWhole: true, exchange: 1) == .init(framing: .noBody(length: 9), connection: "close"))
        #expect(state.sequel == .close)
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.received(Self.head, at: start) == .drop)
        #expect(state.receivedGarbage(atEnd: false) == .nothing)
        #expect(state.flushed(successfully: true) == .linger)
        #expect(state.flushed(successfully: false) == .close)
    }

    @Test func aMethodThatNobodyKnowsIsTheLastRequest() {
        var state = opened()
        #expect(state.receivedGarbage(atEnd: false) == .refuse)
        #expect(state.beginUnreadable() == 1)
        #expect(state.nextCheck == nil)
        #expect(state.answer(.notFound, length: 2, isWhole: true, exchange: 1)?.connection == "close")
        #expect(state.beginClosing(at: start) == .unchanged)
        // More bytes are on their way, of which nothing can be made.
        #expect(state.flushed(successfully: true) == .linger)
    }

    @Test func garbageInABodyFailsIt() {
        var state = begun(.init(framing: .chunked))
        #expect(state.receivedGarbage(atEnd: false) == .failBody)
        #expect(state.receivedGarbage(atEnd: false) == .nothing)
        #expect(state.nextCheck == nil)
        #expect(state.answer(.badRequest, length: 1, isWhole: true, exchange: 1)?.connection == "close")
    }

    @Test func garbageIsNotAnsweredInTheTurnOfAnotherRequest() {
        var state = asked()
        _ = state.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(state.next(isWritable: false, at: start) == .awaitReader)
        #expect(state.received(Self.head, at: start) == .keep)
        #expect(state.receivedGarbage(atEnd: false) == .close)
        #expect(state.beginClosing(at: start) == .resumed)
        #expect(state.flushed(successfully: true) == .linger)
        // Nor behind an answer whose request is still being read.
        var answered = begun(.init(framing: .length(10)))
        _ = answered.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(answered.receivedGarbage(atEnd: true) == .close)
    }

    @Test func aRequestThatWaitsForTheReaderIsNotLate() {
        var state = asked()
        _ = state.answer(.ok, length: 0, isWhole: true, exchange: 1)
        _ = state.next(isWritable: false, at: start)
        _ = state.received(Self.head, at: start)
        #expect(state.finishedReading(at: start) == false)
        #expect(state.check(at: start + .seconds(100), output: .init(written: 200, buffered: 100)) == nil)
    }

    @Test func garbageBehindARequestLeavesItItsAnswer() {
        var state = asked()
        #expect(state.received(Self.head, at: start) == .keep)
        #expect(state.receivedGarbage(atEnd: false) == .nothing)
        #expect(state.answer(.ok, length: 1, isWhole: true, exchange: 1) == .init(framing: .length(1), connection: "close"))
        #expect(state.sequel == .close)
        #expect(state.beginClosing(at: start) == .resumed)
        #expect(state.nextPending() == nil)
        #expect(state.flushed(successfully: true) == .linger)
    }

    // MARK: Bodies

    @Test func aBodyIsPushedAndHeldBack() {
        var state = begun(.init(framing: .length(100)))
        #expect(state.nextCheck == start + .seconds(30))
        #expect(state.received(Self.bytes(60), at: start) == .process)
        #expect(state.receivedBody(bytes: 60, at: start) == .push)
        state.holdBack(at: start + .seconds(1))
        #expect(state.nextCheck == nil)
        #expect(state.mayRead() == false)
        // What was decoded already still comes.
        #expect(state.received(Self.bytes(40), at: start) == .process)
        #expect(state.receivedBody(bytes: 40, at: start) == .push)
        #expect(state.resumeBody(exchange: 2, at: start) == .unchanged)
        #expect(state.resumeBody(exchange: 1, at: start + .seconds(9)) == .owesRead)
        #expect(state.nextCheck == start + .seconds(39))
        #expect(state.resumeBody(exchange: 1, at: start) == .unchanged)
        #expect(state.mayRead() == true)
        state.holdBack(at: start)
        #expect(state.resumeBody(exchange: 1, at: start) == .resumed)
        #expect(state.receivedEnd() == false)
        #expect(state.nextCheck == nil)
    }

    @Test func aClientThatWaitsIsAskedOnce() {
        var state = begun(.init(framing: .length(100), expectsContinue: true))
        #expect(state.nextCheck == nil)
        #expect(state.askForBody(exchange: 2, at: start) == false)
        #expect(state.askForBody(exchange: 1, at: start) == true)
        #expect(state.nextCheck == start + .seconds(30))
        #expect(state.askForBody(exchange: 1, at: start) == false)
    }

    @Test func aClientThatDoesNotWaitIsNotAsked() {
        var state = begun(.init(framing: .length(100), expectsContinue: true))
        #expect(state.receivedBody(bytes: 1, at: start) == .push)
        // It has to go on.
        #expect(state.nextCheck == start + .seconds(30))
        #expect(state.askForBody(exchange: 1, at: start) == false)
        var answered = begun(.init(framing: .length(100), expectsContinue: true))
        // It may or may not send the body now, so nothing can follow.
        #expect(answered.answer(.forbidden, length: 0, isWhole: true, exchange: 1)?.connection == "close")
        #expect(answered.askForBody(exchange: 1, at: start) == false)
        var plain = begun(.init(framing: .length(100)))
        #expect(plain.askForBody(exchange: 1, at: start) == false)
    }

    @Test(arguments: [
        (HTTP1RequestHead.Framing.none, nil as String?), (.length(65_536), nil), (.length(65_537), "close"), (.chunked, "close"),
    ])
    func onlyAShortRestIsSkipped(_ framing: HTTP1RequestHead.Framing, _ connection: String?) {
        var state = begun(.init(framing: framing))
        #expect(state.answer(.ok, length: 0, isWhole: true, exchange: 1)?.connection == connection)
        #expect(state.sequel == (connection == nil ? .skipBody : .close))
    }

    @Test func theSkippedRestIsCounted() {
        var state = begun(.init(framing: .length(65_536)))
        #expect(state.receivedBody(bytes: 36, at: start) == .push)
        _ = state.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(state.receivedBody(bytes: 65_500, at: start) == .drop)
        #expect(state.receivedEnd() == true)
        #expect(state.next(isWritable: true, at: start) == .processPending)

        // A body of which nothing is known is never skipped for long, even if it was thought whole.
        var other = begun(.init(framing: .length(65_536)))
        _ = other.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(other.receivedBody(bytes: 65_537, at: start) == .linger)
        #expect(other.beginLingering(at: start) == true)
        #expect(other.beginLingering(at: start) == false)
        #expect(other.nextCheck == start + .seconds(2))
    }

    // MARK: Answers

    @Test func anAnswerIsGivenOnce() {
        var state = asked()
        #expect(state.answer(.ok, length: 0, isWhole: true, exchange: 2) == nil)
        #expect(state.answer(.ok, length: 0, isWhole: true, exchange: 1) != nil)
        #expect(state.answer(.ok, length: 0, isWhole: true, exchange: 1) == nil)
        #expect(state.answer(.ok, length: nil, isWhole: false, exchange: 1) == nil)
        #expect(state.write(bytes: 1, exchange: 1) == .closed)
        #expect(state.end(exchange: 1) == .nothing)
        #expect(state.next(isWritable: true, at: start) == .processPending)
        #expect(state.next(isWritable: true, at: start) == .nothing)
        #expect(state.abort(exchange: 1) == .nothing)
        #expect(state.sequel == .nothing)
    }

    @Test func chunksEndWithALastOne() {
        var state = asked()
        #expect(state.answer(.ok, length: nil, isWhole: false, exchange: 1) == .init(framing: .chunked, connection: nil))
        #expect(state.write(bytes: 5, exchange: 1) == .chunk)
        #expect(state.write(bytes: 5, exchange: 2) == .closed)
        #expect(state.end(exchange: 1) == .lastChunk)
        #expect(state.write(bytes: 5, exchange: 1) == .closed)
        #expect(state.sequel == .nextRequest)
    }

    @Test func declaredLengthsAreKept() {
        var state = asked()
        #expect(state.answer(.ok, length: 5, isWhole: false, exchange: 1) == .init(framing: .length(5), connection: nil))
        #expect(state.write(bytes: 3, exchange: 1) == .plain)
        #expect(state.end(exchange: 1) == .short)
        #expect(state.write(bytes: 3, exchange: 1) == .excess)
        #expect(state.write(bytes: 2, exchange: 1) == .plain)
        #expect(state.end(exchange: 1) == .answered)
        #expect(state.end(exchange: 1) == .nothing)
    }

    @Test func answersToHEADHaveNoBody() {
        var state = asked(.init(isHead: true))
        #expect(state.answer(.ok, length: 5, isWhole: false, exchange: 1) == .init(framing: .noBody(length: 5), connection: nil))
        #expect(state.write(bytes: 3, exchange: 1) == .nothing)
        #expect(state.end(exchange: 1) == .answered)
    }

    @Test func anOldClientSeesTheEndInTheEndOfTheConnection() {
        var state = asked(.init(isHTTP10: true))
        #expect(state.answer(.ok, length: nil, isWhole: false, exchange: 1) == .init(framing: .untilClose, connection: "close"))
        #expect(state.write(bytes: 3, exchange: 1) == .plain)
        // An orderly end would look like a whole body.
        #expect(state.abort(exchange: 1) == .reset)
        #expect(state.end(exchange: 1) == .answered)
        #expect(state.sequel == .close)
        var other = asked(.init(isHTTP10: true))
        #expect(other.answer(.ok, length: 3, isWhole: false, exchange: 1) == .init(framing: .length(3), connection: "keep-alive"))
        #expect(other.abort(exchange: 1) == .close)
    }

    @Test func theClientsWishToCloseIsKept() {
        var state = asked(.init(keepsAlive: false))
        #expect(state.answer(.ok, length: 1, isWhole: true, exchange: 1)?.connection == "close")
        #expect(state.sequel == .close)
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.beginClosing(at: start) == nil)
        // All of the request is there: nothing is on its way that could break the answer off.
        #expect(state.flushed(successfully: true) == .close)
        #expect(state.nextCheck == start + .milliseconds(7500))
    }

    @Test func aTunnelTakesThePlaceOfTheBody() {
        var state = asked(.init(keepsAlive: false, offersUpgrade: true))
        #expect(state.answer(.switchingProtocols, length: nil, isWhole: false, exchange: 1) == .init(framing: .tunnel, connection: "Upgrade"))
        #expect(state.openTunnel(exchange: 2) == .nothing)
        #expect(state.openTunnel(exchange: 1) == .open)
        #expect(state.received(Self.bytes(7), at: start) == .process)
        #expect(state.receivedBody(bytes: 7, at: start) == .push)
        #expect(state.write(bytes: 9, exchange: 1) == .plain)
        #expect(state.inputClosed(at: start) == .finishBody)
        #expect(state.write(bytes: 9, exchange: 1) == .plain)
        #expect(state.end(exchange: 1) == .answered)
        #expect(state.sequel == .close)
    }

    @Test func aTunnelMayBeginAtItsEnd() {
        var state = asked(.init(keepsAlive: false, offersUpgrade: true))
        #expect(state.inputClosed(at: start) == .nothing)
        _ = state.answer(.switchingProtocols, length: nil, isWhole: false, exchange: 1)
        #expect(state.openTunnel(exchange: 1) == .openAtEnd)
        // Without an offer 101 is an answer like others.
        var other = asked()
        #expect(other.answer(.switchingProtocols, length: nil, isWhole: false, exchange: 1)?.framing == .noBody(length: nil))
    }

    // MARK: The end

    @Test func whoClosesItsSideEarlyGetsAnAnswer() {
        var state = begun(.init(framing: .length(100)))
        #expect(state.inputClosed(at: start) == .failBody)
        #expect(state.nextCheck == start + .seconds(1))
        #expect(state.answer(.badRequest, length: 1, isWhole: true, exchange: 1)?.connection == "close")
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.inputClosed(at: start) == .nothing)
        #expect(state.flushed(successfully: true) == .close)
    }

    @Test func anAbandonedRequestEnds() {
        var state = asked()
        #expect(state.inputClosed(at: start) == .nothing)
        #expect(state.check(at: start, output: Self.idle) == nil)
        #expect(state.check(at: start + .seconds(1), output: Self.idle) == .init(expiry: .abandoned, consequence: .close))
    }

    @Test func anIdleConnectionEndsWhenItsAnswersHaveLeft() {
        var state = opened()
        #expect(state.inputClosed(at: start) == .close)
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.flushed(successfully: true) == .close)
        var draining = opened()
        #expect(draining.drain(at: start) == true)
        #expect(draining.beginClosing(at: start) == .unchanged)
        #expect(draining.flushed(successfully: true) == .close)
        #expect(draining.check(at: start + .seconds(30), output: .init(written: 9, buffered: 9)) == .init(expiry: .drain, consequence: .reset))
        var lingering = opened()
        _ = lingering.beginLingering(at: start)
        #expect(lingering.drain(at: start) == false)
        #expect(lingering.inputClosed(at: start) == .closeAtOnce)
    }

    @Test func theDrainBeginsDuringAnAnswer() {
        var state = asked()
        _ = state.answer(.ok, length: nil, isWhole: false, exchange: 1)
        #expect(state.drain(at: start) == false)
        #expect(state.end(exchange: 1) == .lastChunk)
        // The head has said that the connection goes on; it ends when the last chunk has left.
        #expect(state.sequel == .nextRequest)
        #expect(state.next(isWritable: true, at: start) == .close)
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.flushed(successfully: true) == .close)
    }

    @Test func theDrainWaitsForTheAnswer() {
        var state = asked()
        #expect(state.drain(at: start) == false)
        #expect(state.nextCheck == start + .seconds(30))
        #expect(state.answer(.ok, length: 1, isWhole: true, exchange: 1)?.connection == "close")
        var other = asked()
        _ = other.drain(at: start)
        #expect(other.check(at: start + .seconds(30), output: Self.idle) == .init(expiry: .drain, consequence: .reset))
    }

    @Test func lingeringThrowsAwayUpToALimit() {
        var state = begun(.init(framing: .chunked))
        _ = state.answer(.contentTooLarge, length: 1, isWhole: true, exchange: 1)
        #expect(state.beginClosing(at: start) == .unchanged)
        #expect(state.received(Self.bytes(10), at: start) == .drop)
        #expect(state.flushed(successfully: true) == .linger)
        #expect(state.beginLingering(at: start) == true)
        #expect(state.received(Self.bytes(4 << 20), at: start) == .drop)
        #expect(state.received(Self.end, at: start) == .drop)
        #expect(state.discard(bytes: 0) == true)
        #expect(state.received(Self.bytes(1), at: start) == .close)
        #expect(state.check(at: start + .seconds(2), output: Self.idle) == .init(expiry: .linger, consequence: .close))
    }

    @Test func nothingFollowsAfterTheEnd() {
        var state = begun(.init(framing: .length(10)))
        #expect(state.closed() == true)
        #expect(state.closed() == false)
        #expect(state.isClosed == true)
        #expect(state.nextCheck == nil)
        #expect(state.received(Self.head, at: start) == .drop)
        #expect(state.receivedBody(bytes: 1, at: start) == .drop)
        #expect(state.receivedEnd() == false)
        #expect(state.receivedGarbage(atEnd: true) == .nothing)
        #expect(state.inputClosed(at: start) == .nothing)
        #expect(state.drain(at: start) == false)
        #expect(state.answer(.ok, length: 0, isWhole: true, exchange: 1) == nil)
        #expect(state.askForBody(exchange: 1, at: start) == false)
        #expect(state.sequel == .nothing)
        #expect(state.isPresent(1) == false)
        #expect(state.beginClosing(at: start) == nil)
        #expect(state.beginLingering(at: start) == false)
        #expect(state.becameWritable() == false)
        #expect(state.nextPending() == nil)
    }

    // MARK: Time

    @Test func aHeadThatDoesNotEndIsRefused() {
        var state = opened()
        #expect(state.finishedReading(at: start + .seconds(20)) == true)
        #expect(state.nextCheck == start + .seconds(50))
        #expect(state.check(at: start + .seconds(50), output: Self.idle) == .init(expiry: .head, consequence: .refuseHead))
        var silent = opened()
        #expect(silent.check(at: start + .seconds(30), output: Self.idle) == .init(expiry: .idle, consequence: .close))
        var busy = asked()
        #expect(busy.finishedReading(at: start) == false)
    }

    @Test func aBodyThatDoesNotComeFails() {
        var state = begun(.init(framing: .length(100_000)))
        #expect(state.check(at: start + .seconds(30), output: Self.idle) == .init(expiry: .body, consequence: .failBody))
        #expect(state.nextCheck == nil)
        #expect(state.answer(.requestTimeout, length: 1, isWhole: true, exchange: 1)?.connection == "close")
        // Nobody waits for the rest of a body after the answer.
        var answered = begun(.init(framing: .length(1000)))
        _ = answered.answer(.ok, length: 0, isWhole: true, exchange: 1)
        #expect(answered.check(at: start + .seconds(30), output: Self.idle) == .init(expiry: .body, consequence: .close))
    }

    @Test func aReaderThatTakesNothingIsCutOff() {
        var state = asked()
        _ = state.answer(.ok, length: nil, isWhole: false, exchange: 1)
        state.beganOutput(at: start)
        var late: HTTP1State.Overdue?
        var now = start
        while late == nil, let next = state.nextCheck {
            now = next
            late = state.check(at: now, output: .init(written: 100, buffered: 100))
        }
        #expect(late == .init(expiry: .write, consequence: .reset))
        #expect(now == start + .milliseconds(37_500))
    }
}
