import CArchive

/// A stream of bytes that is read blocking, piece by piece.
protocol ByteSource: AnyObject {
    /// The next piece, never empty, or nil at the end. Its memory is valid until the next call.
    func next() throws(SandboxError) -> UnsafeRawBufferPointer?
}

/// The blocks that come through a channel.
final class ChannelSource: ByteSource {
    private let channel: ByteChannel
    private var current: ByteChannel.Block?
    private var pushedBack: UnsafeRawBufferPointer?

    init(_ channel: ByteChannel) {
        self.channel = channel
    }

    func next() throws(SandboxError) -> UnsafeRawBufferPointer? {
        if let again = pushedBack {
            pushedBack = nil
            return again
        }
        if let current {
            self.current = nil
            channel.recycle(current)
        }
        repeat {
            current = try channel.next()
        } while current?.count == 0
        return current?.bytes
    }

    /// The first piece, which the next call of ``next()`` gives again.
    func peek() throws(SandboxError) -> UnsafeRawBufferPointer? {
        pushedBack = try next()
        return pushedBack
    }
}

/// Hands a ``ByteSource`` to the archive library and keeps the error that the library's C interface cannot carry.
final class SourceBridge {
    private let source: any ByteSource
    private(set) var failure: SandboxError?
    /// Bytes the library has taken.
    private(set) var delivered: Int64 = 0
    /// The most it may take before ``allowance`` is set again.
    private var ceiling = Int64.max

    init(_ source: any ByteSource) {
        self.source = source
    }

    /// Lets the library take about `bytes` more; nil: without limit.
    func allow(_ bytes: Int64?) {
        ceiling = bytes.map { delivered + $0 } ?? .max
    }

    fileprivate func read(_ pointer: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        guard failure == nil else { return -1 }
        guard delivered <= ceiling else {
            failure = SandboxError(.contentTooLarge, "a header or the padding at the end is absurdly large")
            return -1
        }
        do throws(SandboxError) {
            guard let bytes = try source.next() else { return 0 }
            delivered += Int64(bytes.count)
            pointer?.pointee = bytes.baseAddress
            return bytes.count
        } catch {
            failure = error
            return -1
        }
    }

    /// Opens `archive` on this bridge, which has to outlive it.
    func open(_ archive: OpaquePointer) -> CInt {
        archive_read_open2(
            archive, Unmanaged.passUnretained(self).toOpaque(), nil,
            { archive, context, buffer in
                guard let context else { return -1 }
                let count = Unmanaged<SourceBridge>.fromOpaque(context).takeUnretainedValue().read(buffer)
                if count < 0 { archive_set_error_text(archive, -1, "the source failed") }
                return count
            }, nil, nil)
    }
}
