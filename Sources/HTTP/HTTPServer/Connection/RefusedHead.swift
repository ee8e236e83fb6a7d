import HTTPMessages
import HTTPTypes

/// What is known about a request whose head is refused. The answer mentions it; all of it may be missing.
struct RefusedHead {
    /// The method, if it is a token.
    var method: HTTPRequest.Method?
    /// The target as it was sent.
    var target: String?
    /// The `X-Request-Id` as it was sent.
    var requestID: String?
    /// Whether the first line ends with a line feed alone.
    var endsInBareLineFeed = false

    /// A head that the decoder has accepted.
    init(method: HTTPRequest.Method?, target: String, requestID: String?) {
        self.method = method
        self.target = target
        self.requestID = requestID
    }

    /// Reads what it can from the beginning of a head.
    init(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 256, omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { !Self.isBlank($0) }) else { return }
        let words = lines[start].prefix { $0 != UInt8(ascii: "\r") }.split(separator: UInt8(ascii: " "))
        let isLine = start < lines.count - 1
        endsInBareLineFeed = isLine && lines[start].last != UInt8(ascii: "\r")
        guard words.count == 3, words[2].starts(with: "HTTP/".utf8) else { return }
        method = HTTPRequest.Method(String(decoding: words[0], as: UTF8.self))
        target = String(decoding: words[1], as: UTF8.self)
        for line in lines[(start + 1)...] {
            if Self.isBlank(line) { return }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            guard name.isASCIICaseInsensitivelyEqual(to: HTTPField.Name.xRequestID.rawName) else { continue }
            requestID = String(decoding: line[line.index(after: colon)...].filter { $0 > 0x20 }, as: UTF8.self)
        }
    }

    /// The path as it was sent, where there is one.
    var path: String? {
        guard let target, target.utf8.first == UInt8(ascii: "/") else { return nil }
        return String(target.prefix { $0 != "?" && $0 != "#" })
    }

    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == UInt8(ascii: "\r") } }
}
