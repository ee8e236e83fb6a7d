package import HTTPMessages
import JSON

extension Problem {
    /// The schema of the document, for the components of an OpenAPI document.
    /// - Parameter kinds: all there are, where the list is closed.
    package static func schema(of kinds: [Kind] = []) -> Schema {
        let reasons = kinds.isEmpty ? nil : Set(kinds.map(\.reason)).sorted()
        return .object(
            [
                .required("type", .string(format: "uri-reference")),
                .required("title", .string()),
                .required("status", .integer(minimum: 400, maximum: 599)),
                .required("detail", .string().described("What is wrong this time")),
                .optional("instance", .string(format: "uri-reference")),
                .required(
                    "reason", .string(pattern: reasons == nil ? "^[A-Z][A-Z0-9_]*$" : nil, oneOf: reasons).described("A stable token for programs")),
                .optional("request_id", .string().described("The identifier under which the request is logged")),
                .optional(
                    "errors",
                    .array(
                        of: .object([
                            .optional("parameter", .string()),
                            .optional("pointer", .string(format: "json-pointer")),
                            .optional("line", .integer(minimum: 1)),
                            .optional("column", .integer(minimum: 1)),
                            .required("detail", .string()),
                        ]))),
                .required("error", .string().described("The title again, for older scripts")),
                .required("message", .string().described("The detail again, for older scripts")),
                .required("code", .integer().described("The status again, for older scripts")),
            ], additional: .anything)
    }
}
