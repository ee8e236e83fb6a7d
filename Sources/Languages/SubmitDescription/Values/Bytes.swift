import Text

/// Text as HTCondor handles it: bytes in the C locale.
typealias Bytes = [UInt8]

extension ASCII {
    /// Decodes the bytes as UTF-8.
    static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Compares bytes; `==` on `String` would also treat canonically equivalent texts as equal.
    static func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

    /// Whether `text` occurs in `bytes`.
    static func contains(_ bytes: some Collection<UInt8>, _ text: String) -> Bool {
        var rest = bytes[...]
        while rest.count >= text.utf8.count {
            if rest.starts(with: text.utf8) { return true }
            rest = rest.dropFirst()
        }
        return text.utf8.isEmpty
    }
}
