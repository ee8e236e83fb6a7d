@testable import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import Testing

/// How many questions identical reads are.
@Suite struct SharedReadsTests {
    /// A handler that counts, and that waits until it is let go.
    final class Handler: Sendable {
        private let state = NIOLockedValueBox(
            (calls: 0, isOpen: false, waiters: [CheckedContinuation<Void, Never>](), arrivals: [CheckedContinuation<Void, Never>]()))

        var calls: Int { state.withLockedValue { $0.calls } }

        func open() {
            let waiters = state.withLockedValue { state in
                state.isOpen = true
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        /// Counts a call; returns once the handler is open.
        func enter() async {
            await withCheckedContinuation { continuation in
                let (arrivals, goesOn) = state.withLockedValue { state -> ([CheckedContinuation<Void, Never>], Bool) in
                    state.calls += 1
                    defer { state.arrivals = [] }
                    if !state.isOpen { state.waiters.append(continuation) }
                    return (state.arrivals, state.isOpen)
                }
                for arrival in arrivals { arrival.resume() }
                if goesOn { continuation.resume() }
            }
        }

        func waitForCall() async {
            await withCheckedContinuation { continuation in
                let hasCome = state.withLockedValue { state in
                    if state.calls > 0 { return true }
                    state.arrivals.append(continuation)
                    return false
                }
                if hasCome { continuation.resume() }
            }
        }
    }

    /// A clock that is moved by hand.
    final class Clock: Sendable {
        private let time = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))
        var now: NIODeadline { time.withLockedValue { $0 } }
        func advance(_ amount: TimeAmount) { time.withLockedValue { $0 = $0 + amount } }
    }

    private func request(_ target: String = "/jobs/1.0", method: HTTPRequest.Method = .get, _ headers: HTTPFields = [:]) throws -> Request {
        Request(method: method, target: try RequestTarget(target), headers: headers, id: "r", logger: TestServer.quiet)
    }

    private func text(_ response: Response) -> String? {
        guard case .bytes(let bytes) = response.body else { return nil }
        return String(buffer: bytes)
    }

    private func reads(_ clock: Clock, age: TimeAmount = .milliseconds(250)) -> SharedReads<String> {
        var limits = SharedReads<String>.Limits()
        limits.age = age
        return SharedReads(limits: limits, now: { clock.now })
    }

    @Test func readsAtTheSameTimeAreOneQuestion() async throws {
        let handler = Handler()
        let reads = reads(Clock(), age: .zero)
        let request = try request()
        let answers = try await withThrowingTaskGroup(of: Response.self) { group in
            let ask: @Sendable () async throws -> Response = {
                try await reads.answer(request, as: "alice") { _ in
                    await handler.enter()
                    return .text("one")
                }
            }
            group.addTask(operation: ask)
            await handler.waitForCall()
            for _ in 0..<50 { group.addTask(operation: ask) }
            handler.open()
            return try await group.reduce(into: [Response]()) { $0.append($1) }
        }
        #expect(answers.count == 51 && answers.allSatisfy { text($0) == "one" })
        // Without an age those that came after the first answer ask again, but never two at a time; with all of them waiting there is one.
        #expect(handler.calls == 1 + answers.filter { $0.headers[.age] == nil }.count - 1)
    }

    @Test func anAnswerIsGivenAgainWhileItIsYoung() async throws {
        let clock = Clock()
        let reads = reads(clock, age: .seconds(3))
        let calls = NIOLockedValueBox(0)
        let ask = { (request: Request, identity: String) in
            try await reads.answer(request, as: identity) { _ in
                .text(
                    String(
                        calls.withLockedValue {
                            $0 += 1; return $0
                        }))
            }
        }
        let plain = try request()
        #expect(try await ask(plain, "alice").headers[.age] == nil)
        clock.advance(.milliseconds(1500))
        let again = try await ask(plain, "alice")
        #expect(text(again) == "1" && again.headers[.age] == "1")
        // Another identity, target, form or validator is another question.
        #expect(text(try await ask(plain, "bob")) == "2")
        #expect(text(try await ask(try request("/jobs/1.0?projection=A"), "alice")) == "3")
        #expect(text(try await ask(try request("/jobs/1.0", [.accept: "application/x-ndjson"]), "alice")) == "4")
        #expect(text(try await ask(try request("/jobs/1.0", [.ifNoneMatch: "\"x\""]), "alice")) == "5")
        #expect(text(try await ask(try request("/jobs/1.0", method: .head), "alice")) == "6")
        // Who wants news gets it.
        for (index, directive) in ["no-cache", "No-Cache", "max-age=0", "private, no-store"].enumerated() {
            let fresh = try await ask(try request("/jobs/1.0", [.cacheControl: directive]), "alice")
            #expect(text(fresh) == String(7 + index) && fresh.headers[.age] == nil)
        }
        #expect(text(try await ask(plain, "alice")) == "1")
        clock.advance(.milliseconds(1500))
        #expect(text(try await ask(plain, "alice")) == "11")
        #expect(text(try await ask(plain, "alice")) == "11")
    }

    @Test func afterAChangeNothingOldIsGiven() async throws {
        let reads = reads(Clock(), age: .seconds(60))
        let handler = Handler()
        let request = try request()
        let slow = Task {
            try await reads.answer(request, as: "alice") { _ in
                await handler.enter()
                return .text("old")
            }
        }
        await handler.waitForCall()
        reads.forget()
        #expect(text(try await reads.answer(request, as: "alice") { _ in .text("new") }) == "new")
        handler.open()
        #expect(text(try await slow.value) == "old")
        // The old answer came later, but was asked for before.
        #expect(text(try await reads.answer(request, as: "alice") { _ in .text("newer") }) == "new")
        reads.forget()
        #expect(text(try await reads.answer(request, as: "alice") { _ in .text("newest") }) == "newest")
    }

    @Test func problemsAreSharedAndOnlyLastingOnesKept() async throws {
        let reads = reads(Clock(), age: .seconds(60))
        let calls = NIOLockedValueBox(0)
        for (kind, expected) in [(Problem.Kind.noSuchRoute, 1), (.internalError, 2)] {
            calls.withLockedValue { $0 = 0 }
            reads.forget()
            for _ in 0..<2 {
                await #expect(throws: Problem.self) {
                    try await reads.answer(try request(), as: "alice") { _ in
                        calls.withLockedValue { $0 += 1 }
                        throw Problem(kind, "no")
                    }
                }
            }
            #expect(calls.withLockedValue { $0 } == expected, "\(kind.reason)")
        }
    }

    @Test func whoGoesAwayLeavesTheQuestionToAnother() async throws {
        let reads = reads(Clock())
        let handler = Handler()
        let request = try request()
        let ask: @Sendable (String) -> Task<Response, any Error> = { text in
            Task {
                try await reads.answer(request, as: "alice") { _ in
                    await handler.enter()
                    try Task.checkCancellation()
                    return .text(text)
                }
            }
        }
        let first = ask("first")
        await handler.waitForCall()
        let second = ask("second")
        first.cancel()
        handler.open()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(text(try await second.value) == "second")
    }

    /// Bodies of `pieces` times 10,000 bytes.
    private static func streaming(_ pieces: Int, _ calls: NIOLockedValueBox<Int>) -> @Sendable (Request) async throws -> Response {
        { _ in
            calls.withLockedValue { $0 += 1 }
            return .stream(type: "application/json") { body in
                for _ in 0..<pieces { try await body.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: 10_000)) }
            }
        }
    }

    @Test(arguments: [(3, 1), (10, 3)]) func shortStreamsAreSharedAndLongOnesPassThrough(_ pieces: Int, _ expected: Int) async throws {
        let calls = NIOLockedValueBox(0)
        let reads = reads(Clock(), age: .seconds(60))
        let handler = Self.streaming(pieces, calls)
        try await TestServer.run(responder: { request in
            (try? await reads.answer(request, as: "alice", handler)) ?? .text("failed", status: .internalServerError)
        }) { server in
            try await RawClient.connected(to: server.address) { client in
                for round in 0..<3 {
                    try await client.send("GET /jobs HTTP/1.1\r\nHost: x\r\n\(round == 2 ? "Connection: close\r\n" : "")\r\n")
                    if round == 2 {
                        let all = await client.readToEnd().text
                        #expect(all.filter { $0 == "x" }.count == pieces * 10_000)
                    } else {
                        let head = try await client.read(through: "\r\n\r\n")
                        if head.contains("chunked") {
                            let body = try await client.read(through: "0\r\n\r\n")
                            #expect(body.filter { $0 == "x" }.count == pieces * 10_000)
                        } else {
                            #expect(head.lowercased().contains("content-length: \(pieces * 10_000)\r\n"))
                            _ = try await client.read(through: String(repeating: "x", count: pieces * 10_000))
                        }
                    }
                }
            }
        }
        #expect(calls.withLockedValue { $0 } == expected)
    }

    @Test func aStreamThatFailsIsNotShared() async throws {
        let calls = NIOLockedValueBox(0)
        let reads = reads(Clock(), age: .seconds(60))
        try await TestServer.run(responder: { request in
            let response = try? await reads.answer(request, as: "alice") { _ in
                let call = calls.withLockedValue {
                    $0 += 1; return $0
                }
                return .stream(type: "text/plain") { body in
                    try await body.write(ByteBuffer(string: "call \(call)"))
                    if call == 1 { throw StreamingTests.Broken() }
                }
            }
            return response ?? .text("failed", status: .internalServerError)
        }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(!(await client.readToEnd().text.contains("0\r\n\r\n")))
            }
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /jobs HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.read(through: "0\r\n\r\n").contains("call 2"))
            }
        }
    }

    @Test func whatIsKeptIsBounded() async throws {
        var limits = SharedReads<Int>.Limits()
        limits.age = .seconds(60)
        limits.totalBytes = 100_000
        let clock = Clock()
        let reads = SharedReads<Int>(limits: limits, now: { clock.now })
        for identity in 0..<1000 {
            _ = try await reads.answer(try request(), as: identity) { _ in .text(String(repeating: "x", count: 5000)) }
        }
        #expect((1...20).contains(reads.count))
        // The latest are those that are kept.
        #expect(try await reads.answer(try request(), as: 999) { _ in .text("again") }.headers[.age] == "0")
        clock.advance(.seconds(60))
        _ = try await reads.answer(try request(), as: 0) { _ in .text("one") }
        #expect(reads.count == 1)
    }
}
