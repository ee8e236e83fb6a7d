import CArchive

/// A stream of bytes that is read piece by piece with blocking calls.
protocol ByteSource: AnyObject {
    /// The next piece, never empty; nil at the end. Its memory is valid until the next call.
    func next() throws(SandboxError) -> UnsafeRawBufferPointer?
}

/// Reads the blocks of a channel.
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

    /// The first piece, which the next call of ``next()`` returns again.
    func peek() throws(SandboxError) -> UnsafeRawBufferPointer? {
        pushedBack = try next()
        return pushedBack
    }
}

/// Passes a ``ByteSource`` to the archive library, and keeps errors that the library's C interface cannot carry.
final class SourceBridge {
    private let source: any ByteSource
    private(set) var failure: SandboxError?
    /// Number of bytes that the library has read.
    private(set) var delivered: Int64 = 0
    /// The limit for `delivered` until ``allow(_:)`` is called again.
    private var ceiling = Int64.max

    init(_ source: any ByteSource) {
        self.source = source
    }

    /// Allows the library to read about `bytes` more; nil for no limit.
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

    /// Opens `archive` on this bridge, which must outlive it.
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
