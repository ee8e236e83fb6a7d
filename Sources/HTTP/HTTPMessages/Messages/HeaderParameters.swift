/// Values of the form `value; name=token; name="quoted"` (RFC 9110 section 5.6.6).
enum HeaderParameters {
    /// The value before the first semicolon without surrounding spaces, and the parameters by their lower-case names. `nil` if the text is
    /// not of that form, or a name is there twice.
    static func parse(_ text: Substring) -> (value: String, parameters: [String: String])? {
        var bytes = Array(text.utf8)[...]
        let value = bytes.prefix { $0 != UInt8(ascii: ";") }
        bytes = bytes[value.endIndex...]
        var parameters: [String: String] = [:]
        while !bytes.isEmpty {
            bytes.removeFirst()
            skipSpaces(&bytes)
            if bytes.isEmpty || bytes.first == UInt8(ascii: ";") { continue }
            let name = bytes.prefix { $0.isHTTPTokenByte }
            bytes = bytes[name.endIndex...]
            guard !name.isEmpty, bytes.first == UInt8(ascii: "=") else { return nil }
            bytes.removeFirst()
            guard let parameter = bytes.first == UInt8(ascii: "\"") ? quoted(&bytes) : token(&bytes) else { return nil }
            skipSpaces(&bytes)
            guard bytes.isEmpty || bytes.first == UInt8(ascii: ";") else { return nil }
            let key = String(decoding: name.map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
            guard parameters.updateValue(parameter, forKey: key) == nil else { return nil }
        }
        return (trimmed(value), parameters)
    }

    /// The text of an extended value, `UTF-8'language'percent%20encoded` (RFC 8187). `nil` if it is none, or in another character set.
    static func extended(_ value: String) -> String? {
        let parts = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, String(parts[0]).isASCIICaseInsensitivelyEqual(to: "UTF-8") else { return nil }
        return RequestTarget.decode(parts[2], plusIsSpace: false)
    }

    private static func token(_ bytes: inout ArraySlice<UInt8>) -> String? {
        let token = bytes.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\"") }
        bytes = bytes[token.endIndex...]
        return token.isEmpty ? nil : String(validating: token, as: UTF8.self)
    }

    /// A quoted string. Only quotes and backslashes are taken as escaped, as browsers send other backslashes as they are.
    private static func quoted(_ bytes: inout ArraySlice<UInt8>) -> String? {
        bytes.removeFirst()
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                if let next = bytes.first, next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                    text.append(next)
                    bytes.removeFirst()
                } else {
                    text.append(byte)
                }
            default: text.append(byte)
            }
        }
        return nil
    }

    private static func skipSpaces(_ bytes: inout ArraySlice<UInt8>) {
        while let byte = bytes.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { bytes.removeFirst() }
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
