import HTTPKit

/// The `format` of an output sandbox.
enum OutputFormat: String, Sendable, Hashable, CaseIterable, ParameterValue {
    case tar
    case tarGzip = "tar.gz"
    case tarZstd = "tar.zst"
    case zip

    var contentType: String {
        switch self {
        case .tar: "application/x-tar"
        case .tarGzip: "application/gzip"
        case .tarZstd: "application/zstd"
        case .zip: "application/zip"
        }
    }
}
