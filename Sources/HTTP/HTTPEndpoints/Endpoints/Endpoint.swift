package import HTTPMessages
package import HTTPTypes
import JSON

/// What one operation of an HTTP interface takes and gives: a value from which routing, checks and documentation are made.
package struct Endpoint: Sendable {
    /// Whether an operation is for somebody.
    package enum Identity: Sendable, Hashable {
        /// Anybody; credentials are not looked at.
        case none
        /// Anybody; credentials that are presented must be good.
        case optional
        /// Only with good credentials.
        case required
    }

    package var method: HTTPRequest.Method
    /// Segments of the path, such as `/api/v1/jobs/{id}/files/{path...}`.
    package var path: PathPattern
    /// The name of the operation, unique in the interface, in the form that client generators turn into a function's name.
    package var operationID: String
    /// One line.
    package var summary: String
    /// Further paragraphs (CommonMark).
    package var details: String
    package var tags: [String]
    package var identity: Identity
    /// Whether the path with a slash behind it is the same path; nil where the API decides. A path that is written with a slash at its end always
    /// matches both ways.
    package var ignoresTrailingSlash: Bool?
    /// One for each name in the path.
    package var pathParameters: [any ParameterDescription]
    /// All that are known; a request with another one is refused.
    package var query: [any ParameterDescription]
    /// Header fields that the operation understands, for the document; they are checked when they are there.
    package var headers: [any ParameterDescription]
    /// `nil` if the operation takes no body: one that is sent is ignored.
    package var body: BodyDescription?
    /// The answers besides problem documents.
    package var answers: [Answer]

    package init(
        _ method: HTTPRequest.Method, _ path: PathPattern, operationID: String, summary: String, details: String = "",
        tags: [String] = [], identity: Identity = .required, pathParameters: [any ParameterDescription] = [],
        query: [any ParameterDescription] = [], headers: [any ParameterDescription] = [], body: BodyDescription? = nil,
        answers: [Answer]
    ) {
        self.method = method
        self.path = path
        self.operationID = operationID
        self.summary = summary
        self.details = details
        self.tags = tags
        self.identity = identity
        self.pathParameters = pathParameters
        self.query = query
        self.headers = headers
        self.body = body
        self.answers = answers
    }
}

/// The bodies that an operation takes.
package struct BodyDescription: Sendable {
    /// A content type with the schema of such a body.
    package struct Content: Sendable {
        package var type: MediaType
        package var schema: Schema

        /// - Parameter type: a content type such as `application/json`; `*/*` takes any, also a body without a type.
        package init(_ type: MediaType, _ schema: Schema) {
            self.type = type
            self.schema = schema
        }

        /// Server-sent events; the schema is that of one of them.
        package static let serverSentEvents = Content(
            "text/event-stream",
            .object([
                .optional("event", .string().described("The kind")), .optional("id", .string().described("For `Last-Event-ID`")),
                .required("data", .string().described("JSON or a piece of text, depending on the kind")),
            ]))
    }

    package var content: [Content]
    /// Bytes. A larger body is refused with 413: before it is read if its length is declared, else when the limit is passed.
    package var limit: Int
    /// Whether a request without a body is refused.
    package var isRequired: Bool
    /// Whether bodies of other types, and of none, are taken as well: for what tells by itself what it is.
    package var takesAnyType: Bool
    package var summary: String

    package init(_ content: [Content], limit: Int, isRequired: Bool = true, takesAnyType: Bool = false, summary: String = "") {
        self.content = content
        self.takesAnyType = takesAnyType
        self.limit = limit
        self.isRequired = isRequired
        self.summary = summary
    }
}

/// An answer that an operation gives, for the document.
package struct Answer: Sendable {
    package var status: HTTPResponse.Status
    package var summary: String
    package var content: [BodyDescription.Content]
    /// Names of header fields with their meaning.
    package var headers: [Header]

    /// A header field of an answer.
    package struct Header: Sendable {
        package var name: String
        package var schema: Schema
        package var summary: String

        package init(_ name: String, _ summary: String, schema: Schema = .string()) {
            self.name = name
            self.schema = schema
            self.summary = summary
        }
    }

    package init(_ status: HTTPResponse.Status, _ summary: String, content: [BodyDescription.Content] = [], headers: [Header] = []) {
        self.status = status
        self.summary = summary
        self.content = content
        self.headers = headers
    }

    /// An answer with one JSON document.
    package static func json(_ status: HTTPResponse.Status, _ schema: Schema, _ summary: String, headers: [Header] = []) -> Answer {
        Answer(status, summary, content: [.init("application/json", schema)], headers: headers)
    }

    /// An answer 200 with one JSON document.
    package static func json(_ schema: Schema, _ summary: String, headers: [Header] = []) -> Answer {
        .json(.ok, schema, summary, headers: headers)
    }

    /// A problem document. All operations document the general form as their default; this one is for what is worth a word.
    package static func problem(_ status: HTTPResponse.Status, _ summary: String) -> Answer {
        Answer(status, summary, content: [.init("application/problem+json", .ref("Problem"))])
    }
}
