import HTTPMessages
import HTTPTypes
import NIOCore
import Synchronization

/// One read with those who wait for its answer.
final class SharedRead: Sendable {
    /// What can be given to others.
    enum Answer: Sendable {
        case response(Response)
        case problem(Problem)

        var byteCount: Int {
            guard case .response(let response) = self, case .bytes(let bytes) = response.body else { return 512 }
            return bytes.readableBytes + 512
        }

        /// Whether it may be given again after it has come: not when asking again may well bring something else.
        var isKept: Bool {
            switch self {
            case .response(let response): response.status.code < 500
            case .problem(let problem): problem.status.code < 500 && problem.status != .tooManyRequests
            }
        }
    }

    enum Outcome: Sendable {
        case shared(Answer)
        /// The answer is too long; everybody asks on their own.
        case unshared
        /// Who asked has gone away; somebody else has to ask.
        case abandoned
    }

    private struct State {
        var outcome: Outcome?
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// How it ended. `abandoned` also when the waiting task is cancelled.
    func outcome() async -> Outcome {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Outcome? in
                    if let outcome = state.outcome { return outcome }
                    if Task.isCancelled { return .abandoned }
                    state.waiters[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: .abandoned)
        }
    }

    /// The first ending counts.
    func finish(_ outcome: Outcome) {
        let waiters = state.withLock { state in
            guard state.outcome == nil else { return [CheckedContinuation<Outcome, Never>]() }
            state.outcome = outcome
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}

/// The duty to say how a read ended. Dropping it says that it was abandoned.
final class SharedReadLead: Sendable {
    private let end: Mutex<(@Sendable (SharedRead.Outcome) -> Void)?>

    init(_ end: @escaping @Sendable (SharedRead.Outcome) -> Void) {
        self.end = Mutex(end)
    }

    deinit { finish(.abandoned) }

    func finish(_ outcome: SharedRead.Outcome) {
        let end = end.withLock { end in
            defer { end = nil }
            return end
        }
        end?(outcome)
    }
}

/// Holds an answer back while it is made, as long as it may be short enough to be shared.
final class SharedReadRecorder: ResponseBodySink {
    private let limit: Int
    private let lead: SharedReadLead
    private let client: ResponseBodyWriter
    /// Nil once it has become too long.
    private let recorded = Mutex<ByteBuffer?>(ByteBuffer())

    init(limit: Int, lead: SharedReadLead, client: ResponseBodyWriter) {
        self.limit = limit
        self.lead = lead
        self.client = client
    }

    /// All bytes; nil if the client has got some already.
    var whole: ByteBuffer? { recorded.withLock { $0 } }

    /// Nobody but the first client gets these; an answer with trailers is not to be shared.
    func setTrailers(_ fields: HTTPFields) {
        lead.finish(.unshared)
        client.setTrailers(fields)
    }

    func write(_ bytes: ByteBuffer) async throws {
        let ready = recorded.withLock { recorded -> ByteBuffer? in
            guard var all = recorded else { return bytes }
            recorded = nil
            all.writeImmutableBuffer(bytes)
            guard all.readableBytes <= limit else { return all }
            recorded = all
            return nil
        }
        guard let ready else { return }
        lead.finish(.unshared)
        try await client.write(ready)
    }
}
