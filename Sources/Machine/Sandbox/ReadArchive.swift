import CArchive
import Glibc

/// A reading handle of libarchive.
final class ReadArchive {
    let handle: OpaquePointer

    init() throws(SandboxError) {
        guard let made = archive_read_new() else { throw SandboxError(.storageFailed, "libarchive could not start") }
        handle = made
    }

    deinit {
        archive_read_free(handle)
    }

    /// The library's sentence about the last error or warning.
    var errorText: String {
        archive_error_string(handle).map { String(cString: $0) } ?? ""
    }

    /// Whether the last error was an early end; the library has no number for it.
    var saysTruncated: Bool {
        let text = errorText.lowercased()
        return text.contains("truncated") || text.contains("premature")
    }
}

/// The locales libarchive is used in; it converts names by the locale of the calling thread, whatever the process has.
enum ArchiveLocale {
    /// Names are bytes that nothing converts (UTF-8 names of pax headers would be composed anew otherwise).
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
