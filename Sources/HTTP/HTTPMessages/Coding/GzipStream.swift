import CZlib
import NIOCore

/// One gzip stream being made (RFC 1952), by zlib.
struct GzipStream: ~Copyable {
    private let state: UnsafeMutablePointer<z_stream>

    /// Levels of zlib: for what is made once for each answer, and for what is made once for many.
    static let quick: Int32 = 1
    static let best: Int32 = 9

    enum Mode {
        /// Everything so far can be read by the other side.
        case flush
        case end
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String { "zlib failed" }
    }

    /// Nil when there is no memory.
    init?(level: Int32) {
        let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        state.initialize(to: z_stream())
        // A window of 8 KiB with 64 KiB of hash: about 100 KiB a stream. 16 more bits say gzip.
        let status = deflateInit2_(state, level, Z_DEFLATED, 13 + 16, 7, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            state.deallocate()
            return nil
        }
        self.state = state
    }

    deinit {
        deflateEnd(state)
        state.deallocate()
    }

    /// Compresses bytes and appends the result. False when zlib fails, which it does only when misused.
    mutating func write(_ bytes: ByteBuffer, _ mode: Mode, to output: inout ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { input in
            state.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            state.pointee.avail_in = UInt32(truncatingIfNeeded: input.count)
            let flush = mode == .end ? Z_FINISH : Z_SYNC_FLUSH
            while true {
                var status = Z_OK
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(1024, input.count / 4)) { room in
                    state.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    state.pointee.avail_out = UInt32(truncatingIfNeeded: room.count)
                    status = deflate(state, flush)
                    return room.count - Int(state.pointee.avail_out)
                }
                switch status {
                case Z_STREAM_END: return true
                // Nothing left to do for a flush.
                case Z_BUF_ERROR where mode == .flush: return true
                case Z_OK where mode == .flush && state.pointee.avail_out > 0: return true
                case Z_OK: continue
                default: return false
                }
            }
        }
    }
}
