import HTTPMessages
import HTTPTypes
import NIOHTTP1

/// The head of an HTTP/1 request, with its fields interpreted as RFC 9112 asks for.
struct HTTP1RequestHead {
    /// How long the body is.
    enum Framing: Hashable {
        case none
        case length(Int)
        case chunked
    }

    let method: HTTPRequest.Method
    let target: RequestTarget
    let authority: String
    let headers: HTTPFields
    let framing: Framing
    let isHTTP10: Bool
    /// Whether the client lets the connection stay open afterwards.
    let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// The protocols that the client offers to upgrade to, in lower case. None if the request has a body or is HTTP/1.0.
    let upgradeProtocols: [String]

    /// Checks a head that the decoder has accepted.
    init(_ head: NIOHTTP1.HTTPRequestHead) throws(Problem) {
        guard head.version.major == 1 else {
            throw Problem(.versionNotSupported, "HTTP/1.1 and HTTP/2 are spoken here")
        }
        isHTTP10 = head.version.minor == 0
        guard let method = HTTPRequest.Method(head.method.rawValue) else {
            throw Problem(.badRequest, "The method is not a token")
        }
        self.method = method
        do {
            target = try RequestTarget(head.uri)
        } catch {
            throw Problem(.badTarget, error.explanation)
        }

        var fields = Fields()
        for (name, value) in head.headers {
            try fields.add(name, value)
        }
        authority = try fields.authority(target: target, isHTTP10: isHTTP10)
        framing = try fields.framing(isHTTP10: isHTTP10)
        keepsAlive = fields.keepsAlive(isHTTP10: isHTTP10) && method != .connect
        expectsContinue = try fields.expectsContinue && !isHTTP10 && framing != .none
        upgradeProtocols = framing == .none && !isHTTP10 ? fields.upgradeProtocols : []
        headers = fields.headers
    }

    /// The fields that control the connection, collected while all fields are converted.
    private struct Fields {
        var headers = HTTPFields()
        private var hosts: [String] = []
        private var lengths: [String] = []
        private var transferEncodings: [String] = []
        private var connectionTokens: [String] = []
        private var expectations: [String] = []
        private var upgrades: [String] = []
        private var hasUpgrade = false

        /// The protocols in `Upgrade`, if `Connection` names that field.
        var upgradeProtocols: [String] { connectionTokens.contains("upgrade") ? upgrades : [] }

        mutating func add(_ name: String, _ text: String) throws(Problem) {
            let value = Self.trimmed(text)
            guard let fieldName = HTTPField.Name(name), HTTPField.isValidValue(value) else {
                throw Problem(.badRequest, "A header field has a bad name or value")
            }
            switch fieldName.canonicalName {
            case "host":
                hosts.append(value)
                return
            case "content-length": lengths.append(value)
            case "transfer-encoding": transferEncodings.append(value)
            case "connection": connectionTokens += Self.tokens(value)
            case "expect": expectations.append(value)
            case "upgrade":
                hasUpgrade = true
                upgrades += Self.tokens(value)
            default: break
            }
            headers.append(HTTPField(name: fieldName, value: value))
        }

        func authority(target: RequestTarget, isHTTP10: Bool) throws(Problem) -> String {
            guard hosts.count <= 1 else { throw Problem(.badRequest, "There is more than one Host field") }
            guard let host = hosts.first else {
                if isHTTP10 { return target.authority ?? "" }
                throw Problem(.badRequest, "The Host field is missing")
            }
            guard host.utf8.allSatisfy(\.isAuthorityByte) else { throw Problem(.badRequest, "The Host field is not a host") }
            return target.authority ?? host
        }

        func framing(isHTTP10: Bool) throws(Problem) -> Framing {
            guard transferEncodings.isEmpty else {
                guard lengths.isEmpty else {
                    throw Problem(.badRequest, "Content-Length and Transfer-Encoding contradict each other")
                }
                guard !isHTTP10, transferEncodings.count == 1, transferEncodings[0].isASCIICaseInsensitivelyEqual(to: "chunked") else {
                    throw Problem(.badRequest, "The only Transfer-Encoding known here is chunked")
                }
                return .chunked
            }
            guard let text = lengths.first else { return .none }
            guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let length = Int(text)
            else { throw Problem(.badRequest, "The Content-Length is not one number") }
            return length == 0 ? .none : .length(length)
        }

        /// The decoder stops at an offer to upgrade, accepted or not, so a request with one is the connection's last.
        func keepsAlive(isHTTP10: Bool) -> Bool {
            if hasUpgrade || connectionTokens.contains("close") { return false }
            return !isHTTP10 || connectionTokens.contains("keep-alive")
        }

        var expectsContinue: Bool {
            get throws(Problem) {
                if expectations.isEmpty { return false }
                guard expectations.count == 1, expectations[0].isASCIICaseInsensitivelyEqual(to: "100-continue") else {
                    throw Problem(.expectationFailed, "The only expectation known here is 100-continue")
                }
                return true
            }
        }

        /// White space around a value is not part of it (RFC 9112 section 5). The decoder removes only what precedes the value.
        private static func trimmed(_ value: String) -> String {
            guard let last = value.utf8.last, isSpace(last) else { return value }
            var bytes = Substring(value).utf8
            while let last = bytes.last, isSpace(last) { bytes = bytes.dropLast() }
            return String(Substring(bytes))
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

        private static func tokens(_ value: String) -> [String] {
            value.utf8.split(separator: UInt8(ascii: ",")).map { element in
                let token = element.drop(while: isSpace).prefix { !isSpace($0) }
                return String(decoding: token.map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
            }
        }
    }
}

extension HTTPFields {
    /// The trailers of a request. Fields with bad names or values are left out, and so are those that frame or route messages (RFC 9110
    /// section 6.5.1).
    init(_ trailers: HTTPHeaders) {
        self.init()
        for (name, value) in trailers {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value), !Self.forbiddenTrailers.contains(name) else { continue }
            append(HTTPField(name: name, value: value))
        }
    }

    private static let forbiddenTrailers: Set<HTTPField.Name> = [
        .transferEncoding, .contentLength, .hostField, .connection, .authorization, .cookie, .contentType, .contentEncoding, .contentRange, .te,
        .trailer, .expect, .range, .cacheControl, .setCookie,
    ]
}
