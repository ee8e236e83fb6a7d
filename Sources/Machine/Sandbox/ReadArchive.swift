import CArchive
import Glibc

/// A libarchive handle for reading.
final class ReadArchive {
    let handle: OpaquePointer

    init() throws(SandboxError) {
        guard let made = archive_read_new() else { throw SandboxError(.storageFailed, "libarchive could not start") }
        handle = made
    }

    deinit {
        archive_read_free(handle)
    }

    /// The library's message about the last error or warning.
    var errorText: String {
        archive_error_string(handle).map { String(cString: $0) } ?? ""
    }

    /// Whether the last error was a premature end, for which the library has no error number.
    var saysTruncated: Bool {
        let text = errorText.lowercased()
        return text.contains("truncated") || text.contains("premature")
    }
}

/// Locales for libarchive, which converts names by the locale of the calling thread.
/// Made once, never changed and never freed, so all threads may use them.
enum ArchiveLocale {
    /// Names are bytes without conversion. Otherwise UTF-8 names in pax headers would be normalised.
    nonisolated(unsafe) private static let plain: locale_t? = new_ctype_locale("C")
    /// Names are UTF-8.
    nonisolated(unsafe) private static let utf8: locale_t? = new_ctype_locale("C.UTF-8")

    static func withPlain<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        try with(plain, body)
    }

    static func withUTF8<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        try with(utf8, body)
    }

    private static func with<T, E: Error>(_ locale: locale_t?, _ body: () throws(E) -> T) throws(E) -> T {
        let previous = uselocale(locale)
        defer { _ = uselocale(previous) }
        return try body()
    }
}
