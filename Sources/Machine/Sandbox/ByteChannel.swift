import Dispatch
import NIOCore
import Synchronization

/// A bounded queue of byte blocks from one asynchronous writer to one thread that reads with blocking calls.
///
/// There are never more than ``capacity`` blocks of ``blockSize`` bytes, which are passed back and forth. The writer ends with
/// ``finish(failure:)``, the reader with ``abandon()``. The other side notices at its next step.
final class ByteChannel: Sendable {
    static let blockSize = 256 << 10
    static let capacity = 4

    /// A block of memory with a fixed address, as the archive library requires.
    final class Block: @unchecked Sendable {
        // Unchecked: only one side at a time has the block.
        private let memory = MappedMemory(count: ByteChannel.blockSize)
        private(set) var count = 0

        var isFull: Bool { count == memory.bytes.count }
        /// Valid until the block is recycled.
        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]) }

        func clear() {
            count = 0
        }

        /// Copies as much of `buffer` as fits.
        func fill(from buffer: inout ByteBuffer) {
            let taken = min(memory.bytes.count - count, buffer.readableBytes)
            buffer.withUnsafeReadableBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: memory.bytes[count...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<taken]))
            }
            buffer.moveReaderIndex(forwardBy: taken)
            count += taken
        }
    }

    private struct State {
        var full: [Block] = []
        var free: [Block] = []
        var made = 0
        var ended = false
        var failure: SandboxError?
        var abandoned = false
        var waitingWriter: CheckedContinuation<Block?, Never>?

        mutating func takeFree() -> Block? {
            if let block = free.popLast() { return block }
            guard made < ByteChannel.capacity else { return nil }
            made += 1
            return Block()
        }
    }

    private let state = Mutex(State())
    /// Counts the events for the reader: one for each full block and one for the end.
    private let available = DispatchSemaphore(value: 0)

    // MARK: Writer

    /// An empty block to fill; nil if the reader has gone. Waits while all blocks are in use.
    func emptyBlock() async -> Block? {
        // The reader either takes blocks or abandons the channel, so this wait always ends.
        await withCheckedContinuation { continuation in
            let ready: Block?? = state.withLock { state in
                if state.abandoned { return .some(nil) }
                if let block = state.takeFree() { return block }
                state.waitingWriter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    func push(_ block: Block) {
        state.withLock { $0.full.append(block) }
        available.signal()
    }

    /// Ends the blocks. With a failure, the reader gets the failure instead of an end.
    func finish(failure: SandboxError? = nil) {
        state.withLock { state in
            state.ended = true
            state.failure = failure
        }
        available.signal()
    }

    // MARK: Reader

    /// The next block; nil at the end. Blocks the thread.
    func next() throws(SandboxError) -> Block? {
        available.wait()
        let (block, failure): (Block?, SandboxError?) = state.withLock { state in
            if !state.full.isEmpty { return (state.full.removeFirst(), nil) }
            return (nil, state.failure)
        }
        if block == nil {
            // Signals again, so that further calls also see the end.
            available.signal()
        }
        if let failure { throw failure }
        return block
    }

    /// Returns a block for reuse.
    func recycle(_ block: Block) {
        block.clear()
        let writer = state.withLock { state -> CheckedContinuation<Block?, Never>? in
            let writer = state.waitingWriter
            state.waitingWriter = nil
            if writer == nil { state.free.append(block) }
            return writer
        }
        writer?.resume(returning: block)
    }

    /// Ends reading.
    func abandon() {
        let writer = state.withLock { state in
            state.abandoned = true
            let writer = state.waitingWriter
            state.waitingWriter = nil
            return writer
        }
        writer?.resume(returning: nil)
    }
}
