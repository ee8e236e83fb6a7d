package import HTTPMessages
import HTTPTypes
package import NIOCore
import Synchronization

/// Makes one question of identical reads: those of the same identity that are asked while the first one is being answered, or within a short
/// time after that, get its answer.
///
/// What comes from memory says so in an `Age` field. `Cache-Control: no-cache` (or `no-store`, or `max-age=0`) in a request turns it off for that
/// request. Answers longer than ``Limits/answerBytes`` are not shared: they go to their client while they are made, as if this were not here.
/// After ``forget()``, which belongs behind everything that changes something, no answer is given that was asked for before.
package final class SharedReads<Identity: Hashable & Sendable>: Sendable {
    /// How much is kept.
    package struct Limits: Sendable {
        /// How long an answer may be given again after it has come. With zero only reads at the same time share.
        package var age: TimeAmount = .milliseconds(250)
        /// Bytes of the longest answer that is shared.
        package var answerBytes = 64 * 1024
        /// Bytes of all answers that are kept.
        package var totalBytes = 8 * 1024 * 1024

        package init() {}
    }

    /// What makes two reads the same.
    struct Key: Hashable, Sendable {
        var identity: Identity
        var target: RequestTarget
        var accept: String?
        var ifNoneMatch: String?
    }

    private struct Kept {
        var key: Key
        var read: SharedRead
        var answer: SharedRead.Answer
        var since: NIODeadline
    }

    private struct State {
        /// What is being asked at the moment; one that was asked before the last change is replaced by the next one.
        var running: [Key: SharedRead] = [:]
        var kept: [Key: Kept] = [:]
        /// The keys of `kept` in the order in which they came.
        var order: CircularBuffer<(key: Key, read: SharedRead)> = []
        var keptBytes = 0

        mutating func drop(_ key: Key) {
            if let old = kept.removeValue(forKey: key) { keptBytes -= old.answer.byteCount }
        }
    }

    private enum Part {
        case lead(SharedRead)
        case follow(SharedRead)
        case again(Response)
        case failed(Problem)
    }

    private let limits: Limits
    private let now: @Sendable () -> NIODeadline
    private let state = Mutex(State())

    package init(limits: Limits = Limits(), now: @escaping @Sendable () -> NIODeadline = { .now() }) {
        self.limits = limits
        self.now = now
    }

    /// The answer to a read: that of the handler, or the one that an identical read has got.
    /// - Throws: what the handler throws, or threw for the identical read.
    package func answer(
        _ request: Request, as identity: Identity, _ handler: @Sendable (Request) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get, !Self.wantsNews(request) else { return try await handler(request) }
        let key = Key(
            identity: identity, target: request.target, accept: request.headers[.accept], ifNoneMatch: request.headers[.ifNoneMatch])
        while true {
            switch part(of: key) {
            case .again(let response): return response
            case .failed(let problem): throw problem
            case .lead(let read): return try await lead(read, key, request, handler)
            case .follow(let read):
                switch await read.outcome() {
                case .shared(.response(let response)): return Self.aged(response, 0)
                case .shared(.problem(let problem)): throw problem
                case .unshared: return try await handler(request)
                case .abandoned: try Task.checkCancellation()
                }
            }
        }
    }

    /// Something has changed: whoever asks from now on gets an answer that was asked for after this.
    package func forget() {
        state.withLock { state in
            state.running = [:]
            state.kept = [:]
            state.order = []
            state.keptBytes = 0
        }
    }

    /// Answers kept at the moment.
    var count: Int { state.withLock { $0.kept.count } }

    private func part(of key: Key) -> Part {
        let now = now()
        return state.withLock { state in
            expire(&state, now)
            if let kept = state.kept[key] {
                switch kept.answer {
                case .response(let response): return .again(Self.aged(response, (now - kept.since).nanoseconds / 1_000_000_000))
                case .problem(let problem): return .failed(problem)
                }
            }
            if let read = state.running[key] { return .follow(read) }
            let read = SharedRead()
            state.running[key] = read
            return .lead(read)
        }
    }

    private func lead(
        _ read: SharedRead, _ key: Key, _ request: Request, _ handler: @Sendable (Request) async throws -> Response
    ) async throws -> Response {
        // However this ends, nobody waits for it in vain.
        let lead = SharedReadLead { [self] outcome in finish(read, key, outcome) }
        let response: Response
        do {
            response = try await handler(request)
        } catch let problem as Problem {
            lead.finish(.shared(.problem(problem)))
            throw problem
        }
        switch response.body {
        case .empty:
            lead.finish(.shared(.response(response)))
            return response
        case .bytes(let bytes):
            lead.finish(bytes.readableBytes <= limits.answerBytes ? .shared(.response(response)) : .unshared)
            return response
        case .stream(let length, let write):
            if let length, length > limits.answerBytes {
                lead.finish(.unshared)
                return response
            }
            var recorded = response
            recorded.body = .stream(length: length) { [limits] client in
                let recorder = SharedReadRecorder(limit: limits.answerBytes, lead: lead, client: client)
                try await write(ResponseBodyWriter(recorder))
                guard let bytes = recorder.whole else { return }
                var whole = response
                whole.body = .bytes(bytes)
                lead.finish(.shared(.response(whole)))
                try await client.write(bytes)
            }
            return recorded
        }
    }

    private func finish(_ read: SharedRead, _ key: Key, _ outcome: SharedRead.Outcome) {
        let now = now()
        state.withLock { state in
            // Not if something has changed since it was asked.
            guard state.running[key] === read else { return }
            state.running[key] = nil
            guard case .shared(let answer) = outcome, answer.isKept, limits.age > .zero else { return }
            state.drop(key)
            state.kept[key] = Kept(key: key, read: read, answer: answer, since: now)
            state.order.append((key, read))
            state.keptBytes += answer.byteCount
            while state.keptBytes > limits.totalBytes, let oldest = state.order.popFirst() {
                if state.kept[oldest.key]?.read === oldest.read { state.drop(oldest.key) }
            }
        }
        read.finish(outcome)
    }

    private func expire(_ state: inout State, _ now: NIODeadline) {
        while let oldest = state.order.first {
            let kept = state.kept[oldest.key]
            if let kept, kept.read === oldest.read {
                guard now - kept.since >= limits.age else { return }
                state.drop(oldest.key)
            }
            state.order.removeFirst()
        }
    }

    private static func aged(_ response: Response, _ seconds: Int64) -> Response {
        var response = response
        response.headers[.age] = String(seconds)
        return response
    }

    private static func wantsNews(_ request: Request) -> Bool {
        guard let field = request.headers[.cacheControl] else { return false }
        return field.split(separator: ",").contains { directive in
            let name = directive.lowercased().filter { $0 != " " && $0 != "\t" }
            return name.hasPrefix("no-cache") || name == "no-store" || name == "max-age=0"
        }
    }
}
