import CArchive

/// Expands a compressed stream with one of libarchive's filters.
final class FilterSource: ByteSource {
    enum Filter: String {
        case zstd
        case xz
    }

    private let filter: Filter
    private let bridge: SourceBridge
    private let archive: ReadArchive
    private var opened = false
    private var ended = false

    init(_ filter: Filter, _ upstream: any ByteSource) throws(SandboxError) {
        archive = try ReadArchive()
        bridge = SourceBridge(upstream)
        self.filter = filter
        let status: CInt =
            switch filter {
            case .zstd: archive_read_support_filter_zstd(archive.handle)
            case .xz: archive_read_support_filter_xz(archive.handle)
            }
        guard status == ARCHIVE_OK, archive_read_support_format_raw(archive.handle) == ARCHIVE_OK else {
            throw SandboxError(.unsupportedFormat, "this libarchive cannot read \(filter.rawValue)")
        }
    }

    func next() throws(SandboxError) -> UnsafeRawBufferPointer? {
        if ended { return nil }
        if !opened {
            opened = true
            var entry: OpaquePointer?
            guard bridge.open(archive.handle) == ARCHIVE_OK else { throw failed() }
            switch archive_read_next_header(archive.handle, &entry) {
            case ARCHIVE_OK: break
            case ARCHIVE_EOF:
                ended = true
                return nil
            default: throw failed()
            }
        }
        var bytes: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        repeat {
            switch archive_read_data_block(archive.handle, &bytes, &count, &offset) {
            case ARCHIVE_OK: break
            case ARCHIVE_EOF:
                ended = true
                if let failure = bridge.failure { throw failure }
                return nil
            default: throw failed()
            }
        } while count == 0
        return UnsafeRawBufferPointer(start: bytes, count: count)
    }

    private func failed() -> SandboxError {
        if let failure = bridge.failure { return failure }
        return archive.saysTruncated
            ? SandboxError(.truncated, "the \(filter.rawValue) data ends before it is complete")
            : SandboxError(.malformed, "the \(filter.rawValue) data is damaged")
    }
}
