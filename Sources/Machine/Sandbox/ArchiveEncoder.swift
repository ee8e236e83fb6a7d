import CArchive
import NIOCore

/// A libarchive handle for writing, whose output is collected in memory.
final class ArchiveEncoder: @unchecked Sendable {
    // Unchecked: one call at a time, each waited for by the writer that owns the encoder.

    /// Output is handed over once this much has been collected.
    private static let sendBytes = 64 << 10

    private let handle: OpaquePointer
    private let entry: OpaquePointer
    private let modified: Int64
    private var output = ByteBuffer()

    init(format: ArchiveFormat, modified: Int64) throws(SandboxError) {
        guard let handle = archive_write_new(), let entry = archive_entry_new() else {
            throw SandboxError(.storageFailed, "libarchive could not start")
        }
        self.handle = handle
        self.entry = entry
        self.modified = modified
        let steps: [CInt] =
            switch format {
            case .tar:
                [archive_write_set_format_pax_restricted(handle)]
            case .tarGzip:
                [
                    archive_write_set_format_pax_restricted(handle), archive_write_add_filter_gzip(handle),
                    // A fast level, and no timestamp in the header.
                    archive_write_set_filter_option(handle, "gzip", "compression-level", "3"),
                    archive_write_set_filter_option(handle, "gzip", "timestamp", nil),
                ]
            case .tarZstd:
                [archive_write_set_format_pax_restricted(handle), archive_write_add_filter_zstd(handle)]
            case .zip:
                [archive_write_set_format_zip(handle), archive_write_set_options(handle, "zip:compression-level=3")]
            }
        // No blocks of 10 KiB, and no padding at the end beyond the two blocks of zeros.
        guard steps.allSatisfy({ $0 == ARCHIVE_OK }), archive_write_set_bytes_per_block(handle, 0) == ARCHIVE_OK,
            archive_write_set_bytes_in_last_block(handle, 1) == ARCHIVE_OK
        else { throw failed() }
        let opened = archive_write_open(
            handle, Unmanaged.passUnretained(self).toOpaque(), nil,
            { _, context, bytes, count in
                guard let context, let bytes else { return 0 }
                Unmanaged<ArchiveEncoder>.fromOpaque(context).takeUnretainedValue().output
                    .writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            }, nil)
        guard opened == ARCHIVE_OK else { throw failed() }
    }

    deinit {
        // An unfinished archive must not look complete.
        archive_write_fail(handle)
        archive_write_free(handle)
        archive_entry_free(entry)
    }

    func begin(_ path: SandboxPath, isDirectory: Bool, mode: UInt16, size: Int64) throws(SandboxError) {
        let status = ArchiveLocale.withUTF8 {
            archive_entry_clear(entry)
            archive_entry_set_pathname(entry, path.string)
            archive_entry_set_filetype(entry, isDirectory ? 0o040000 : 0o100000)
            archive_entry_set_perm(entry, mode_t(mode))
            archive_entry_set_size(entry, size)
            archive_entry_set_mtime(entry, time_t(modified), 0)
            return archive_write_header(handle, entry)
        }
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw failed() }
    }

    func write(_ data: ByteBuffer) throws(SandboxError) {
        // Reserves the space at once instead of doubling.
        output.reserveCapacity(minimumWritableBytes: data.readableBytes + 1024)
        let isWritten = data.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = archive_write_data(handle, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count <= 0 { return false }
                done += count
            }
            return true
        }
        guard isWritten else { throw failed() }
    }

    func finish() throws(SandboxError) -> ByteBuffer {
        let status = ArchiveLocale.withUTF8 { archive_write_close(handle) }
        guard status == ARCHIVE_OK else { throw failed() }
        defer { output = ByteBuffer() }
        return output
    }

    /// The bytes to send; nil while there are only a few.
    func takeOutput() -> ByteBuffer? {
        guard output.readableBytes >= ArchiveEncoder.sendBytes else { return nil }
        defer { output = ByteBuffer() }
        return output
    }

    private func failed() -> SandboxError {
        let text = archive_error_string(handle).map { String(cString: $0) } ?? ""
        return SandboxError(.storageFailed, "the archive cannot be written: \(SandboxError.displayName(text.utf8))")
    }
}
