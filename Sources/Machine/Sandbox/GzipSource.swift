import CZlib

/// Expands gzip data with all its members. It checks checksums and lengths, which libarchive does not.
final class GzipSource: ByteSource {
    private let upstream: any ByteSource
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    private var state = State.between
    private var members = 0

    private enum State {
        /// Before the first member, or after a complete one.
        case between
        case inMember
        case ended
    }

    init(_ upstream: any ByteSource) throws(SandboxError) {
        self.upstream = upstream
        stream.initialize(to: z_stream())
        // 16: gzip only, with its header and trailer.
        let status = inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw SandboxError(.storageFailed, "zlib could not start (\(status))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    func next() throws(SandboxError) -> UnsafeRawBufferPointer? {
        var produced = 0
        while produced < output.count, state != .ended {
            if input.isEmpty {
                guard let more = try upstream.next() else {
                    guard state == .between else { throw SandboxError(.truncated, "the gzip data ends before it is complete") }
                    state = .ended
                    break
                }
                input = more
            }
            if members > 0, state == .between {
                // By convention, zeros after the last member are padding.
                input = UnsafeRawBufferPointer(rebasing: input[(input.firstIndex { $0 != 0 } ?? input.count)...])
                if input.isEmpty { continue }
            }
            if state == .between {
                // Reset only when more data arrives, so that an end after a member is recognised as the end.
                inflateReset(stream)
                state = .inMember
            }
            produced += try inflateSome(into: UnsafeMutableRawBufferPointer(rebasing: output[produced...]))
        }
        return produced == 0 ? nil : UnsafeRawBufferPointer(rebasing: output[..<produced])
    }

    private func inflateSome(into space: UnsafeMutableRawBufferPointer) throws(SandboxError) -> Int {
        // zlib does not write to its input; its declaration only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
        stream.pointee.avail_in = uInt(input.count)
        stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = uInt(space.count)
        let status = inflate(stream, Z_NO_FLUSH)
        input = UnsafeRawBufferPointer(rebasing: input[(input.count - Int(stream.pointee.avail_in))...])
        switch status {
        case Z_OK, Z_BUF_ERROR:
            break
        case Z_STREAM_END:
            state = .between
            members += 1
        default:
            let isFollowUp = members > 0 && stream.pointee.total_out == 0
            throw isFollowUp
                ? SandboxError(.trailingData, "the gzip data is followed by something else")
                : SandboxError(.malformed, "the gzip data is damaged")
        }
        return space.count - Int(stream.pointee.avail_out)
    }
}
