/// Archive formats for a job's output.
package enum ArchiveFormat: String, Sendable, Hashable, CaseIterable {
    case tar
    case tarGzip = "tar.gz"
    case tarZstd = "tar.zst"
    case zip

    /// The extension of a file in this format, without a leading dot.
    package var fileExtension: String { rawValue }

    /// The media type (RFC 6713, RFC 8878; no type is registered for tar).
    package var mediaType: String {
        switch self {
        case .tar: "application/x-tar"
        case .tarGzip: "application/gzip"
        case .tarZstd: "application/zstd"
        case .zip: "application/zip"
        }
    }
}
