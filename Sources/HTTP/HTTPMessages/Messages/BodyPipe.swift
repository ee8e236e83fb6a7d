package import HTTPTypes
package import NIOCore
import Synchronization

/// Carries body bytes from a connection's event loop to the one task that reads them, holding back the connection when the task is slow.
package final class BodyPipe: Sendable {
    /// What the connection does for the pipe. All functions may be called on any thread.
    package struct Upstream: Sendable {
        /// The reader wants bytes for the first time.
        package var started: @Sendable () -> Void
        /// The reader has caught up after ``BodyPipe/push(_:)`` had said to pause.
        package var resume: @Sendable () -> Void

        package init(started: @escaping @Sendable () -> Void, resume: @escaping @Sendable () -> Void) {
            self.started = started
            self.resume = resume
        }
    }

    private struct State {
        var parts = CircularBuffer<ByteBuffer>()
        var bufferedBytes = 0
        /// All bytes that have come.
        var receivedBytes = 0
        var isPaused = false
        var hasStarted = false
        var waiter: CheckedContinuation<ByteBuffer?, any Error>?
        var end: End?
        var trailers: HTTPFields?

        /// What can be given to the reader at once.
        mutating func take(lowWatermark: Int) -> Step? {
            if let part = parts.popFirst() {
                bufferedBytes -= part.readableBytes
                let resume = isPaused && bufferedBytes <= lowWatermark
                if resume { isPaused = false }
                return .part(part, resume: resume)
            }
            return end.map { .end($0) }
        }
    }

    private enum End {
        case complete
        case failed(any Error)
    }

    /// Two tasks read one body.
    package struct SecondReader: Error, Sendable, CustomStringConvertible {
        package var description: String { "the body of a request has one reader, and there is one already" }
    }

    private enum Step {
        case part(ByteBuffer, resume: Bool)
        case end(End)
        case wait(started: Bool)
    }

    private let state = Mutex(State())
    private let upstream: Upstream
    private let highWatermark: Int

    /// - Parameter highWatermark: bytes held before the connection is told to pause.
    package init(upstream: Upstream, highWatermark: Int = 256 * 1024) {
        self.upstream = upstream
        self.highWatermark = highWatermark
    }

    /// Adds bytes. Returns `false` when no more should be read from the connection until `resume` is called.
    package func push(_ part: ByteBuffer) -> Bool {
        guard part.readableBytes > 0 else { return true }
        let (waiter, goOn) = state.withLock { state -> (CheckedContinuation<ByteBuffer?, any Error>?, Bool) in
            if state.end != nil { return (nil, true) }
            state.receivedBytes += part.readableBytes
            if let waiter = state.waiter {
                state.waiter = nil
                return (waiter, true)
            }
            state.parts.append(part)
            state.bufferedBytes += part.readableBytes
            state.isPaused = state.bufferedBytes >= highWatermark
            return (nil, !state.isPaused)
        }
        waiter?.resume(returning: part)
        return goOn
    }

    /// The body is whole.
    /// - Parameter trailers: the fields behind it.
    package func finish(trailers: HTTPFields? = nil) {
        if let trailers { state.withLock { $0.trailers = trailers } }
        end(.complete)
    }

    /// The fields behind the body; nil before its end, and where there are none.
    package var trailers: HTTPFields? { state.withLock { $0.trailers } }

    /// No more bytes will come. What has arrived is dropped, unless the body had already ended.
    package func fail(_ error: any Error) {
        end(.failed(error))
    }

    /// Whether the reader has begun to read.
    package var hasStarted: Bool {
        state.withLock { $0.hasStarted }
    }

    /// Bytes that have come so far.
    package var bytesReceived: Int { state.withLock { $0.receivedBytes } }

    private func end(_ end: End) {
        let waiter = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            if state.end != nil { return nil }
            state.end = end
            if case .failed = end {
                state.parts.removeAll()
                state.bufferedBytes = 0
            }
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        switch end {
        case .complete: waiter?.resume(returning: nil)
        case .failed(let error): waiter?.resume(throwing: error)
        }
    }

    /// The next bytes, `nil` at the end. Only one task may read.
    package func next() async throws -> ByteBuffer? {
        let step = state.withLock { state -> Step in
            let isFirst = !state.hasStarted
            state.hasStarted = true
            return state.take(lowWatermark: highWatermark / 2) ?? .wait(started: isFirst)
        }
        switch step {
        case .part(let part, let resume):
            if resume { upstream.resume() }
            return part
        case .end(.complete): return nil
        case .end(.failed(let error)): throw error
        case .wait(let started):
            if started { upstream.started() }
            return try await wait()
        }
    }

    private func wait() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let step = state.withLock { state -> Step in
                    if let step = state.take(lowWatermark: highWatermark / 2) { return step }
                    if Task.isCancelled { return .end(.failed(CancellationError())) }
                    guard state.waiter == nil else { return .end(.failed(SecondReader())) }
                    state.waiter = continuation
                    return .wait(started: false)
                }
                switch step {
                case .part(let part, let resume):
                    if resume { upstream.resume() }
                    continuation.resume(returning: part)
                case .end(.complete): continuation.resume(returning: nil)
                case .end(.failed(let error)): continuation.resume(throwing: error)
                case .wait: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
                let waiter = state.waiter
                state.waiter = nil
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
