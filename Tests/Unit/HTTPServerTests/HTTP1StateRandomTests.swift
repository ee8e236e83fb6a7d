import HTTPTypes
import NIOCore
import NIOHTTP1
import SeededGeneration
import Testing

@testable import HTTPServer

/// Random lives of connections. Whatever happens in whatever order, each request has one answer in its turn, bodies come whole and as they were
/// sent, and the connection ends.
@Suite struct HTTP1StateRandomTests {
    @Test func randomLivesKeepTheirPromises() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var seen = Life.Sights()
        for round in 0..<3000 {
            var life = Life(random: SeededGenerator(seed: random.next()))
            life.run()
            seen.add(life.seen)
            for flaw in life.flaws { Issue.record("seed \(seed) round \(round): \(flaw)") }
            if !life.flaws.isEmpty { return }
        }
        // The random lives have gone everywhere.
        #expect(seen.isComplete, "\(seen)")
    }
}

/// One connection with its client, its handler and its channel, all random.
private struct Life: ~Copyable {
    /// What has happened in some life or other.
    struct Sights {
        var answers = 0
        var pipelined = 0
        var wholeBodies = 0
        var failedBodies = 0
        var skippedBodies = 0
        var continues = 0
        var tunnels = 0
        var lingers = 0
        var refusals = 0
        var resets = 0
        var waits = 0

        mutating func add(_ other: Sights) {
            answers += other.answers
            pipelined += other.pipelined
            wholeBodies += other.wholeBodies
            failedBodies += other.failedBodies
            skippedBodies += other.skippedBodies
            continues += other.continues
            tunnels += other.tunnels
            lingers += other.lingers
            refusals += other.refusals
            resets += other.resets
            waits += other.waits
        }

        var isComplete: Bool {
            [answers, pipelined, wholeBodies, failedBodies, skippedBodies, continues, tunnels, lingers, refusals, resets, waits].allSatisfy { $0 > 0 }
        }
    }

    /// A request as the client sends it.
    private struct Request {
        let opening: HTTP1State.Opening
        let body: [Int]
    }

    /// What the handler has got of the present request's body: parts, each named by its length.
    private struct Pipe {
        let exchange: Int
        let sent: [Int]
        var got: [Int] = []
        var hasEnded = false
    }

    private var random: SeededGenerator
    private var state: HTTP1State
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let requests: [Request]
    /// What the decoder has not yet handed on.
    private var parts: [HTTPServerRequestPart] = []
    private var nextPart = 0
    private var isReading = true
    private var isWritable = true
    private var isFlushing = false
    private var isClosed = false
    private var hasGarbage = false
    private var pipe: Pipe?
    private var delivered = 0
    private var processed = 0
    private var lastNumber = 0
    private var lastAnswered = 0
    /// What has to be written until the declared length is reached.
    private var missing: Int?
    private(set) var seen = Sights()
    private(set) var flaws: [String] = []

    init(random: SeededGenerator) {
        var random = random
        var limits = ServerLimits()
        limits.skippedBody = 20
        limits.lingerBytes = 40
        state = HTTP1State(limits: limits)
        var requests: [Request] = []
        for _ in 0..<random.number(1...4) {
            var opening = HTTP1State.Opening(
                isHead: random.chance(10), isHTTP10: random.chance(10), keepsAlive: random.chance(85))
            var body: [Int] = []
            if random.chance(50) {
                body = (0..<random.number(1...4)).map { _ in random.number(1...20) }
                opening.framing = random.chance(50) ? .chunked : .length(body.reduce(0, +))
                opening.expectsContinue = random.chance(30)
            } else if random.chance(20) {
                opening.offersUpgrade = true
                opening.keepsAlive = false
            }
            requests.append(Request(opening: opening, body: body))
            // Where another protocol is offered the decoder stops.
            if opening.offersUpgrade { break }
        }
        self.requests = requests
        for request in requests {
            parts.append(.head(.init(version: .http1_1, method: .GET, uri: "/")))
            for length in request.body { parts.append(.body(ByteBuffer(repeating: 0, count: length))) }
            parts.append(.end(nil))
        }
        self.random = random
    }

    mutating func run() {
        state.opened(at: now)
        for _ in 0..<random.number(1...120) where !isClosed { step() }
        settle()
    }

    private mutating func step() {
        switch random.below(20) {
        case 0...6: if isReading || random.chance(5) { deliver() }
        case 7: isReading = state.mayRead()
        case 8...12: handle()
        case 13: take()
        case 14: changeWritability()
        case 15: if isFlushing { flush(random.chance(90)) }
        case 16: elapse()
        case 17:
            switch random.below(30) {
            case 0: if state.drain(at: now) { closeWhenFlushed() }
            case 1: endInput()
            case 2: garble(random.chance(50))
            case 3: close()
            default: break
            }
        case 18: outdated()
        default: if random.chance(50), nextPart > 0 { _ = state.finishedReading(at: now) }
        }
    }

    private mutating func flaw(_ text: String) { flaws.append(text) }

    // MARK: The client

    private mutating func deliver() {
        isReading = false
        var count = random.number(1...3)
        while count > 0, nextPart < parts.count, !isClosed, !hasGarbage {
            let part = parts[nextPart]
            nextPart += 1
            count -= 1
            // A head without a body comes with its end.
            if case .head = part {
                delivered += 1
                if count == 0, case .end = parts[nextPart] { count = 1 }
            }
            switch state.received(part, at: now) {
            case .process: process(part)
            case .keep: seen.pipelined += 1
            case .drop: break
            case .close: close()
            }
        }
        if !isClosed { isReading = state.mayRead() }
    }

    private mutating func process(_ part: HTTPServerRequestPart) {
        switch part {
        case .head:
            let request = requests[processed]
            processed += 1
            let number = state.begin(request.opening, at: now)
            if number <= lastNumber { flaw("exchange \(number) came after \(lastNumber)") }
            lastNumber = number
            pipe = Pipe(exchange: number, sent: request.body)
        case .body(let bytes):
            switch state.receivedBody(bytes: bytes.readableBytes, at: now) {
            case .push:
                pipe?.got.append(bytes.readableBytes)
                if pipe == nil { flaw("bytes without a request") }
                if random.chance(30) { state.holdBack(at: now) }
            case .drop: seen.skippedBodies += 1
            case .linger: linger()
            }
        case .end:
            let isOver = state.receivedEnd()
            endBody(whole: true)
            if isOver { next() }
        }
    }

    private mutating func endBody(whole: Bool) {
        guard var pipe, !pipe.hasEnded else { return }
        pipe.hasEnded = true
        self.pipe = pipe
        if whole { seen.wholeBodies += 1 } else { seen.failedBodies += 1 }
        // The rest is thrown away if the answer was given before it came.
        let isAnswered = lastAnswered == pipe.exchange
        if whole, !isAnswered, pipe.got != pipe.sent { flaw("\(pipe.got) came of \(pipe.sent)") }
        if !pipe.sent.starts(with: pipe.got) { flaw("\(pipe.got) is no beginning of \(pipe.sent)") }
    }

    private mutating func endInput() {
        nextPart = parts.count
        switch state.inputClosed(at: now) {
        case .nothing: break
        case .close: closeWhenFlushed()
        case .closeAtOnce: close()
        case .finishBody: pipe?.hasEnded = true
        case .failBody: endBody(whole: false)
        }
    }

    private mutating func garble(_ atEnd: Bool) {
        hasGarbage = true
        switch state.receivedGarbage(atEnd: atEnd) {
        case .nothing: break
        case .failBody: endBody(whole: false)
        case .refuse: if random.chance(50) { refuse() } else { lastNumber = state.beginUnreadable() }
        case .close: closeWhenFlushed()
        }
    }

    private mutating func refuse() {
        lastNumber = state.beginRefusal(isHead: random.chance(50), isHTTP10: false)
        // What was sent before has its answers.
        if lastNumber != delivered + 1 { flaw("the refusal \(lastNumber) stands for request \(delivered + 1)") }
        pipe = Pipe(exchange: lastNumber, sent: [])
        seen.refusals += 1
        answer(whole: true)
    }

    // MARK: The handler

    private mutating func handle() {
        guard lastNumber > 0, state.isPresent(lastNumber) else { return }
        switch random.below(8) {
        case 0: if state.askForBody(exchange: lastNumber, at: now) { seen.continues += 1 }
        case 1: answer(whole: true)
        case 2: answer(whole: false)
        case 3, 4: write()
        case 5, 6: end()
        default:
            guard random.chance(5) else { return }
            switch state.abort(exchange: lastNumber) {
            case .nothing: break
            case .close: close()
            case .reset: reset()
            }
        }
    }

    private mutating func answer(whole: Bool) {
        let length = whole ? 5 : random.chance(50) ? random.number(0...9) : nil
        let opensTunnel = !whole && random.chance(50)
        let status = opensTunnel ? HTTPResponse.Status.switchingProtocols : .ok
        guard let head = state.answer(status, length: opensTunnel ? nil : length, isWhole: whole, exchange: lastNumber) else { return }
        if lastAnswered >= lastNumber { flaw("exchange \(lastNumber) was answered after \(lastAnswered)") }
        lastAnswered = lastNumber
        seen.answers += 1
        missing = if !whole, case .length(let length) = head.framing { length } else { nil }
        if whole { return finishAnswer() }
        state.beganOutput(at: now)
        guard head.framing == .tunnel else { return }
        seen.tunnels += 1
        let opening = state.openTunnel(exchange: lastNumber)
        if opening == .nothing { flaw("the tunnel was not opened") }
        let bytes = opening == .open ? (0..<random.below(5)).map { _ in random.number(1...20) } : []
        parts += bytes.map { .body(ByteBuffer(repeating: 0, count: $0)) }
        pipe = Pipe(exchange: lastNumber, sent: bytes, hasEnded: opening == .openAtEnd)
    }

    private mutating func write() {
        let bytes = random.number(1...6)
        switch state.write(bytes: bytes, exchange: lastNumber) {
        case .closed, .nothing, .chunk: break
        case .plain:
            if let missing {
                self.missing = missing - bytes
                if bytes > missing { flaw("more was written than declared") }
            }
        case .excess:
            if bytes <= missing ?? .max { flaw("\(bytes) bytes are not too many") }
            if random.chance(10) { close() }
        }
    }

    private mutating func end() {
        switch state.end(exchange: lastNumber) {
        case .nothing: return
        case .short:
            if missing ?? 0 <= 0 { flaw("nothing is missing") }
            if random.chance(10) { close() }
            return
        case .answered: if missing ?? 0 > 0 { flaw("\(missing ?? 0) bytes are missing") }
        case .lastChunk: break
        }
        finishAnswer()
    }

    private mutating func finishAnswer() {
        switch state.sequel {
        case .nothing: break
        case .close: closeWhenFlushed()
        case .nextRequest: next()
        case .skipBody: follow(state.release(at: now))
        }
    }

    private mutating func closeWhenFlushed() {
        guard let release = state.beginClosing(at: now) else { return }
        if isFlushing { flaw("the end had begun") }
        follow(release)
        isFlushing = true
    }

    /// Calls of exchanges that are over.
    private mutating func outdated() {
        guard lastNumber > 1 else { return }
        let old = random.number(1...lastNumber - 1)
        if state.isPresent(old) { flaw("exchange \(old) is there again") }
        if state.answer(.ok, length: 1, isWhole: true, exchange: old) != nil { flaw("exchange \(old) is answered again") }
        if state.write(bytes: 1, exchange: old) != .closed { flaw("exchange \(old) writes") }
        if state.end(exchange: old) != .nothing || state.abort(exchange: old) != .nothing { flaw("exchange \(old) ends again") }
        if state.askForBody(exchange: old, at: now) { flaw("exchange \(old) asks") }
    }

    private mutating func take() { follow(state.resumeBody(exchange: lastNumber, at: now)) }

    private mutating func follow(_ release: BodyIntake.Release) { if release == .owesRead { isReading = true } }

    private mutating func next() {
        pipe = nil
        switch state.next(isWritable: isWritable, at: now) {
        case .nothing: break
        case .close: closeWhenFlushed()
        case .awaitReader: seen.waits += 1
        case .processPending: processPending()
        }
    }

    private mutating func processPending() {
        while let part = state.nextPending() { process(part) }
        follow(state.releaseUnlessPending(at: now))
        if lastNumber == delivered, !isClosed, !isFlushing, !state.isPresent(lastNumber), !state.mayRead() { flaw("reading does not go on") }
    }

    // MARK: The channel

    private mutating func changeWritability() {
        isWritable.toggle()
        if isWritable, state.becameWritable() { processPending() }
    }

    private mutating func flush(_ isGood: Bool) {
        isFlushing = false
        switch state.flushed(successfully: isGood) {
        case .close: close()
        case .linger: linger()
        }
    }

    private mutating func linger() {
        if state.beginLingering(at: now) { seen.lingers += 1 }
    }

    private mutating func reset() {
        seen.resets += 1
        close()
    }

    private mutating func close() {
        guard !isClosed else { return }
        isClosed = true
        if !state.closed() { flaw("closed twice") }
        endBody(whole: false)
        if state.nextCheck != nil { flaw("a timer is left") }
    }

    /// Time passes, perhaps up to the next deadline.
    private mutating func elapse(far: Bool = false) {
        if !far, random.chance(90) {
            now = now + .milliseconds(Int64(random.number(1...500)))
        } else if let next = state.nextCheck {
            now = max(now, next)
        }
        guard let next = state.nextCheck, next <= now else { return }
        guard let overdue = state.check(at: now, output: .init(written: 100, buffered: isFlushing || !isWritable ? 1 : 0)) else {
            if let next = state.nextCheck, next <= now { flaw("a deadline passed and nothing came of it") }
            return
        }
        switch overdue.consequence {
        case .nothing: break
        case .refuseHead: refuse()
        case .failBody: endBody(whole: false)
        case .close: close()
        case .reset: reset()
        }
    }

    /// The client sends nothing more, the handler gives its answer, and the rest is left to the deadlines.
    private mutating func settle() {
        nextPart = parts.count
        for _ in 0..<200 where !isClosed && flaws.isEmpty {
            if lastNumber > 0, state.isPresent(lastNumber) {
                if lastAnswered < lastNumber { answer(whole: true) }
                if let missing, missing > 0, state.write(bytes: missing, exchange: lastNumber) == .plain { self.missing = 0 }
                end()
            }
            if isFlushing, random.chance(50) { flush(true) }
            if !isWritable, random.chance(50) { changeWritability() }
            if !isClosed, state.nextCheck == nil, !isFlushing, !(lastNumber > 0 && state.isPresent(lastNumber) && lastAnswered < lastNumber) {
                return flaw("nothing ends the connection")
            }
            elapse(far: true)
        }
        if !isClosed, flaws.isEmpty { flaw("the connection does not end") }
    }
}
