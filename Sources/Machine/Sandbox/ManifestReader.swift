package import NIOCore

/// Records names, kinds, modes and sizes of passing entries for a listing.
package struct ManifestReader: Sendable {
    package private(set) var entries: [SandboxEntry] = []
    /// Total size of all files in bytes.
    package private(set) var contentBytes: Int64 = 0

    package init() {}

    package mutating func directory(_ path: SandboxPath, mode: UInt16) {
        entries.append(SandboxEntry(path: path, kind: .directory, mode: mode))
    }

    package mutating func begin(file path: SandboxPath, mode: UInt16, size: Int64) {
        entries.append(SandboxEntry(path: path, kind: .file, mode: mode, size: max(0, size)))
        contentBytes = contentBytes.addingReportingOverflow(max(0, size)).partialValue
    }
}

/// Extracts one file, or a part of it, from a stream of files.
///
/// It is given every entry and all data that pass. It tells when the wanted file begins, returns that file's bytes and discards all others.
package struct FilePicker: Sendable {
    /// The file's entry, once it has begun.
    package private(set) var entry: SandboxEntry?
    private let path: SandboxPath
    private let range: Range<Int64>?
    private var isInside = false
    private var position: Int64 = 0

    /// - Parameter range: the bytes to extract, clamped to the file's size; nil for all.
    package init(_ path: SandboxPath, range: Range<Int64>? = nil) {
        self.path = path
        self.range = range
    }

    /// The bytes that will be returned, known once the file has begun.
    package var selected: Range<Int64>? {
        entry.map { (range ?? 0..<$0.size).clamped(to: 0..<$0.size) }
    }

    /// Whether this is the wanted file. Of several files with that name, the first counts.
    package mutating func begin(file path: SandboxPath, mode: UInt16, size: Int64) -> Bool {
        isInside = entry == nil && path == self.path
        guard isInside else { return false }
        position = 0
        entry = SandboxEntry(path: path, kind: .file, mode: mode, size: max(0, size))
        return true
    }

    /// The wanted part of `data`; nil if there is none.
    package mutating func write(_ data: ByteBuffer) -> ByteBuffer? {
        guard isInside, let selected else { return nil }
        let count = Int64(data.readableBytes)
        let wanted = selected.clamped(to: position..<position + count)
        defer { position += count }
        guard !wanted.isEmpty else { return nil }
        return data.getSlice(at: data.readerIndex + Int(wanted.lowerBound - position), length: wanted.count)
    }

    /// Whether all wanted bytes have passed. Then the rest of the stream need not be read.
    package var isComplete: Bool {
        guard let selected else { return false }
        return position >= selected.upperBound || selected.isEmpty
    }
}
