package import HTTPTypes
package import JSON
import NIOCore

/// An error answer: thrown by handlers, rendered as `application/problem+json` (RFC 9457).
///
/// Besides the members of RFC 9457 the document carries `reason`, `request_id`, `errors`, and, for scripts written against an older
/// shape, `error` (= title), `message` (= detail) and `code` (= status).
package struct Problem: Error, Sendable {
    /// What kind of problem it is: a stable token for programs, with the status and the title that always go with it.
    ///
    ///     extension Problem.Kind {
    ///         static let jobNotFound = Self("JOB_NOT_FOUND", .notFound, "No such job")
    ///     }
    package struct Kind: Sendable, Hashable {
        /// A token in UPPER_SNAKE that programs may compare.
        package let reason: String
        package let status: HTTPResponse.Status
        /// The same short sentence for each occurrence.
        package let title: String
        /// A URI that identifies the kind, `about:blank` when the reason alone does.
        package let type: String

        package init(_ reason: String, _ status: HTTPResponse.Status, _ title: String, type: String = "about:blank") {
            self.reason = reason
            self.status = status
            self.title = title
            self.type = type
        }
    }

    /// One mistake with the place where it was made.
    package struct Item: Sendable, Hashable {
        /// Where in the request the mistake is.
        package enum Place: Sendable, Hashable {
            /// The name of a path, query or header parameter.
            case parameter(String)
            /// A JSON pointer (RFC 6901) into the request's document.
            case pointer(String)
            /// The body as text; only line and column tell more.
            case body
        }

        package var place: Place
        package var detail: String
        /// Counted from 1; `nil` where there is no text to point into.
        package var line: Int?
        /// Counted from 1; `nil` where there is no text to point into.
        package var column: Int?

        package init(_ place: Place, _ detail: String, line: Int? = nil, column: Int? = nil) {
            self.place = place
            self.detail = detail
            self.line = line
            self.column = column
        }
    }

    package var kind: Kind
    /// What is wrong this time, for people. Never holds credentials.
    package var detail: String
    /// The single mistakes, where they have places.
    package var errors: [Item]
    /// Header fields that go with the answer, such as `WWW-Authenticate`, `Retry-After` or `Allow`.
    package var headers: HTTPFields

    package init(_ kind: Kind, _ detail: String, errors: [Item] = [], headers: HTTPFields = [:]) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    package var status: HTTPResponse.Status { kind.status }

    /// The problem as a document.
    /// - Parameters:
    ///   - instance: the path of the request, without its query.
    ///   - requestID: the identifier under which the request is logged.
    package func json(instance: String?, requestID: String?) -> JSONValue {
        let detail = detail.hidingTokens
        var object: JSONValue.Object = [
            "type": .string(kind.type),
            "title": .string(kind.title),
            "status": .integer(Int64(kind.status.code)),
            "detail": .string(detail),
        ]
        if let instance { object.append("instance", .string(Self.reference(instance.hidingTokens))) }
        object.append("reason", .string(kind.reason))
        if let requestID { object.append("request_id", .string(requestID)) }
        if !errors.isEmpty { object.append("errors", .array(errors.map(\.json))) }
        object.append("error", .string(kind.title))
        object.append("message", .string(detail))
        object.append("code", .integer(Int64(kind.status.code)))
        return .object(object)
    }

    /// A path as a URI reference: what may not stand in one is percent-encoded, also a `%` that begins no escape.
    private static func reference(_ path: String) -> String {
        let bytes = Array(path.utf8)
        if bytes.allSatisfy({ $0.isPathByte && $0 != UInt8(ascii: "%") }) { return path }
        var reference = ""
        for (index, byte) in bytes.enumerated() {
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < bytes.count && bytes[index + 1].isHexadecimal && bytes[index + 2].isHexadecimal
            if byte.isPathByte && byte != UInt8(ascii: "%") || isEscape {
                reference.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                reference += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return reference
    }

    /// The problem as an answer.
    package func response(instance: String?, requestID: String?) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = headers[.cacheControl] ?? "no-store"
        return Response(
            status: kind.status, headers: headers, body: .bytes(ByteBuffer(bytes: json(instance: instance, requestID: requestID).serialized())))
    }
}

extension Problem.Item {
    fileprivate var json: JSONValue {
        var object = JSONValue.Object()
        switch place {
        case .parameter(let name): object.append("parameter", .string(name.hidingTokens))
        case .pointer(let pointer): object.append("pointer", .string(pointer))
        case .body: break
        }
        if let line { object.append("line", .integer(Int64(line))) }
        if let column { object.append("column", .integer(Int64(column))) }
        object.append("detail", .string(detail.hidingTokens))
        return .object(object)
    }
}

extension UInt8 {
    /// Bytes of a path (RFC 3986 section 3.3), and `%`.
    fileprivate var isPathByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~!$&'()*+,;=:@/%".utf8.contains(self)
        }
    }

    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}

extension Problem: CustomStringConvertible {
    package var description: String {
        "\(kind.status.code) \(kind.reason): \(detail)"
    }
}

extension Problem.Kind {
    package static let badRequest = Self("BAD_REQUEST", .badRequest, "Bad request")
    package static let badParameter = Self("BAD_PARAMETER", .badRequest, "Bad parameter")
    package static let unknownParameter = Self("UNKNOWN_PARAMETER", .badRequest, "Unknown parameter")
    /// A credential was sent in the query, where it ends up in logs.
    package static let credentialInQuery = Self("CREDENTIAL_IN_QUERY", .badRequest, "Credentials do not belong in a query")
    /// Plain HTTP was sent to a port that speaks HTTPS.
    package static let httpsRequired = Self("HTTPS_REQUIRED", .badRequest, "This port speaks HTTPS")
    package static let incompleteBody = Self("INCOMPLETE_BODY", .badRequest, "The body ended early")
    package static let authenticationRequired = Self("AUTHENTICATION_REQUIRED", .unauthorized, "Authentication required")
    package static let noSuchRoute = Self("NO_SUCH_ROUTE", .notFound, "No such path")
    package static let methodNotAllowed = Self("METHOD_NOT_ALLOWED", .methodNotAllowed, "Method not allowed")
    package static let requestTimeout = Self("REQUEST_TIMEOUT", .requestTimeout, "The request took too long to arrive")
    package static let badTarget = Self("BAD_TARGET", .badRequest, "Bad request target")
    package static let bodyTooLarge = Self("BODY_TOO_LARGE", .contentTooLarge, "The body is too large")
    package static let unsupportedMediaType = Self("UNSUPPORTED_MEDIA_TYPE", .unsupportedMediaType, "Unsupported content type")
    package static let expectationFailed = Self("EXPECTATION_FAILED", .expectationFailed, "Unknown expectation")
    package static let headTooLarge = Self("HEAD_TOO_LARGE", .requestHeaderFieldsTooLarge, "The request head is too large")
    package static let versionNotSupported = Self(
        "HTTP_VERSION_NOT_SUPPORTED", .httpVersionNotSupported, "HTTP version not supported")
    /// The kinds that any interface may answer with.
    package static let ofAnyServer: [Self] = [
        .badRequest, .badTarget, .badParameter, .unknownParameter, .credentialInQuery, .httpsRequired, .incompleteBody, .badMultipart,
        .digestMismatch, .authenticationRequired, .noSuchRoute, .methodNotAllowed, .requestTimeout, .bodyTooLarge, .unsupportedMediaType,
        .expectationFailed, .headTooLarge,
        .versionNotSupported, .internalError,
    ]

    package static let internalError = Self("INTERNAL_ERROR", .internalServerError, "Internal error")
}
