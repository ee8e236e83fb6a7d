extension String {
    /// The text with everything that looks like a JSON Web Token in place of `[token]`, for logs and problem documents: who sends a token where none
    /// belongs shall not find it there.
    package var hidingTokens: String {
        guard utf8.count >= Self.shortestToken else { return self }
        let bytes = Array(utf8)
        var hidden: [UInt8] = []
        var copied = 0
        var index = 0
        while index + Self.shortestToken <= bytes.count {
            // A token's header is an object, `{"…`, in base64.
            let begins = bytes[index] == UInt8(ascii: "e") && bytes[index + 1] == UInt8(ascii: "y") && bytes[index + 2] == UInt8(ascii: "J")
            guard begins else {
                index += 1
                continue
            }
            let end = bytes[index...].firstIndex { !$0.isTokenByte } ?? bytes.count
            if end - index >= Self.shortestToken {
                hidden += bytes[copied..<index]
                hidden += "[token]".utf8
                copied = end
            }
            index = end
        }
        guard copied > 0 else { return self }
        return String(decoding: hidden + bytes[copied...], as: UTF8.self)
    }

    /// Bytes; no header with an algorithm is shorter.
    private static let shortestToken = 20
}

extension UInt8 {
    /// Bytes of base64url, the dots between a token's parts, and percent escapes of these.
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
