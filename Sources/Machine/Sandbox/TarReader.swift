import CArchive
import Glibc

/// Reads a whole tar stream into a tree of names and a store of contents. Blocks.
struct TarReader: ~Copyable {
    /// The longest header that the archive library may read for one entry. It limits the memory that hostile extension headers can allocate.
    private static let headerBytes: Int64 = 2 << 20
    /// The two blocks of zeros that end an archive.
    private static let endMarkerBytes: Int64 = 1024

    /// The result, in the form that ``StagedSandbox`` takes.
    struct Result: Sendable {
        let contents: [(entry: SandboxEntry, extent: SandboxTree.Extent)]
        let store: ContentStore
    }

    private let limits: SandboxLimits
    private let bridge: SourceBridge
    private let archive: ReadArchive
    private var tree: SandboxTree
    private let store: ContentStoreWriter
    /// Size of the contents so far, which is also the next file's offset in the store.
    private var contentBytes: Int64 = 0

    private init(_ archive: ReadArchive, _ source: any ByteSource, limits: SandboxLimits, directory: String) {
        self.limits = limits
        self.archive = archive
        bridge = SourceBridge(source)
        tree = SandboxTree(limits: limits)
        store = ContentStoreWriter(directory: directory, memoryBytes: limits.memoryBytes)
    }

    /// Reads all of `source`. Contents that are too large for memory go to a file in `directory`.
    static func read(_ source: any ByteSource, limits: SandboxLimits, directory: String) throws(SandboxError) -> Result {
        let archive = try ReadArchive()
        // The second option continues after the end marker to the end of the stream, so that nothing can hide there.
        guard archive_read_support_format_tar(archive.handle) == ARCHIVE_OK,
            archive_read_set_options(archive.handle, "tar:read_concatenated_archives") == ARCHIVE_OK
        else { throw SandboxError(.storageFailed, "libarchive could not start") }
        var reader = TarReader(archive, source, limits: limits, directory: directory)
        guard reader.bridge.open(archive.handle) == ARCHIVE_OK else { throw reader.failure(in: nil) }
        while try reader.readEntry() {}
        return try reader.finish()
    }

    private consuming func finish() throws(SandboxError) -> Result {
        let store = store
        let size = contentBytes
        return Result(contents: try tree.finish(), store: try store.finish(size: size))
    }

    /// False at the end of the stream.
    private mutating func readEntry() throws(SandboxError) -> Bool {
        let end = archive_filter_bytes(archive.handle, 0)
        var found: OpaquePointer?
        bridge.allow(TarReader.headerBytes)
        let status = archive_read_next_header(archive.handle, &found)
        bridge.allow(nil)
        switch status {
        case ARCHIVE_OK:
            break
        case ARCHIVE_EOF:
            if let failure = bridge.failure { throw failure }
            guard archive_filter_bytes(archive.handle, 0) - end >= TarReader.endMarkerBytes else {
                throw SandboxError(.truncated, "the archive ends without its end marker")
            }
            return false
        case ARCHIVE_WARN where archive.errorText.contains("can't be converted"):
            // A warning about a non-ASCII name. The name's bytes are returned, as wanted.
            break
        default:
            throw failure(in: nil)
        }
        guard let entry = found, let pathname = archive_entry_pathname(entry) else {
            throw SandboxError(.malformed, "the archive has an entry without a name")
        }
        try read(entry, name: bytes(of: pathname))
        return true
    }

    private mutating func read(_ entry: OpaquePointer, name: [UInt8]) throws(SandboxError) {
        let path = try SandboxPath.components(of: name)
        let mode = UInt16(truncatingIfNeeded: archive_entry_perm(entry)) & 0o777
        let kind = UInt32(archive_entry_filetype(entry)) & 0o170000
        guard let path else {
            // An entry for the root has no effect, but must be a directory.
            guard kind == 0o040000 else { throw SandboxError(.invalidName, entry: SandboxError.displayName(name), "the name is empty") }
            return try skipData(of: name)
        }
        let size = archive_entry_size(entry)
        if let target = archive_entry_hardlink(entry), size <= 0 {
            try tree.addHardLink(path, to: bytes(of: target))
            return try skipData(of: name)
        }
        switch kind {
        case 0o100000:
            try readFile(path, name: name, mode: mode, size: size)
        case 0o040000:
            try tree.addDirectory(path, mode: mode)
            try skipData(of: name)
        case 0o120000:
            try tree.addSymbolicLink(path, to: archive_entry_symlink(entry).map { bytes(of: $0) } ?? [])
            try skipData(of: name)
        default:
            let what =
                switch kind {
                case 0o020000, 0o060000: "a device"
                case 0o010000: "a fifo"
                case 0o140000: "a socket"
                default: "of an unknown kind"
                }
            throw SandboxError(.unsupportedKind, entry: SandboxError.displayName(name), "is \(what); a sandbox holds files and directories")
        }
    }

    private mutating func readFile(_ path: [ArraySlice<UInt8>], name: [UInt8], mode: UInt16, size: Int64) throws(SandboxError) {
        guard size >= 0 else { throw SandboxError(.malformed, entry: SandboxError.displayName(name), "has a negative size") }
        let (next, overflow) = contentBytes.addingReportingOverflow(size)
        guard !overflow, next <= limits.contentBytes else {
            throw SandboxError(
                .contentTooLarge, entry: SandboxError.displayName(name), "the files are larger than \(limits.contentBytes) bytes together")
        }
        try tree.addFile(path, mode: mode, extent: .init(offset: contentBytes, size: size))
        var position: Int64 = 0
        while let (data, offset) = try nextData(of: name) {
            // Offsets are given by the archive (sparse files).
            guard offset >= position, offset <= size, Int64(data.count) <= size - offset else {
                throw SandboxError(.malformed, entry: SandboxError.displayName(name), "has data outside its size")
            }
            try store.write(data, at: contentBytes + offset)
            position = offset + Int64(data.count)
        }
        contentBytes = next
    }

    private func skipData(of name: [UInt8]) throws(SandboxError) {
        while try nextData(of: name) != nil {}
    }

    private func nextData(of name: [UInt8]) throws(SandboxError) -> (UnsafeRawBufferPointer, Int64)? {
        var data: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        switch archive_read_data_block(archive.handle, &data, &count, &offset) {
        case ARCHIVE_OK: return (UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : count), offset)
        case ARCHIVE_EOF: return nil
        default: throw failure(in: name)
        }
    }

    private func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    private func failure(in entry: [UInt8]?) -> SandboxError {
        if let failure = bridge.failure { return failure }
        let name = entry.map { SandboxError.displayName($0) }
        if archive.saysTruncated { return SandboxError(.truncated, entry: name, "the archive ends before it is complete") }
        if archive.errorText.contains("Unrecognized archive format") {
            return SandboxError(.unsupportedFormat, "this is not a tar archive (plain, or compressed with gzip, zstd or xz)")
        }
        return SandboxError(.malformed, entry: name, "the archive is damaged: \(SandboxError.displayName(archive.errorText.utf8))")
    }
}
