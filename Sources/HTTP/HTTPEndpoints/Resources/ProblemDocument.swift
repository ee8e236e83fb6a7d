package import HTTPMessages

/// A problem document (RFC 9457) as clients read it. ``Problem`` writes it, also where no endpoint is involved.
package struct ProblemDocument: ResourceValue, Hashable {
    package var type: String
    package var title: String
    package var status: Int
    package var detail: String
    package var instance: String?
    package var reason: String
    package var requestID: String?
    package var errors: [ProblemItem]?
    package var error: String
    package var message: String
    package var code: Int

    package static let resource: Resource<ProblemDocument> = resource(of: [])

    /// - Parameter kinds: all kinds of problems, where the list is closed.
    package static func resource(of kinds: [Problem.Kind]) -> Resource<ProblemDocument> {
        let reasons = Set(kinds.map(\.reason)).sorted()
        let reason =
            reasons.isEmpty ? Codec<String>.string(pattern: "^[A-Z][A-Z0-9_]*$") : Codec.string.documented { _ in .string(oneOf: reasons) }
        return Resource("Problem", isOpen: true, make: ProblemDocument.init) {
            Member.required("type", \.type, .string(format: "uri-reference"))
            Member.required("title", \.title, .string)
            Member.required("status", \.status, .integer(400...599))
            Member.required("detail", \.detail, .string, "What is wrong this time")
            Member.optional("instance", \.instance, .string(format: "uri-reference"))
            Member.required("reason", \.reason, reason, "A stable token for programs")
            Member.optional("request_id", \.requestID, .string, "The identifier under which the request is logged")
            Member.optional("errors", \.errors, .array(of: .resource))
            Member.required("error", \.error, .string, "The title again, for older scripts")
            Member.required("message", \.message, .string, "The detail again, for older scripts")
            Member.required("code", \.code, .integer, "The status again, for older scripts")
        }
    }
}

/// One mistake of a request, with the place where it was made.
package struct ProblemItem: ResourceValue, Hashable {
    /// The name of a path, query or header parameter.
    package var parameter: String?
    /// A JSON pointer (RFC 6901) into the body.
    package var pointer: String?
    package var line: Int?
    package var column: Int?
    package var detail: String

    package static let resource = Resource("", make: ProblemItem.init) {
        Member.optional("parameter", \.parameter, .string)
        Member.optional("pointer", \.pointer, .string(format: "json-pointer"))
        Member.optional("line", \.line, .integer(1...))
        Member.optional("column", \.column, .integer(1...))
        Member.required("detail", \.detail, .string)
    }
}
