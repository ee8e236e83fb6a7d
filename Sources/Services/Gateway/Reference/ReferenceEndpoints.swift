import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON

/// The operations that describe the interface, as values.
enum ReferenceEndpoints {
    static let openAPI = Endpoint(
        .get, "/openapi.json", operationID: "getOpenAPI", summary: "This document", tags: ["system"], identity: .none,
        answers: document("application/json", .object([], additional: .anything), "OpenAPI 3.1"))

    static let openAPIAsYAML = Endpoint(
        .get, "/openapi.yaml", operationID: "getOpenAPIAsYAML", summary: "This document as YAML", tags: ["system"], identity: .none,
        answers: document("application/yaml", .object([], additional: .anything), "OpenAPI 3.1"))

    static let apiOpenAPI = Endpoint(
        .get, "/api/v1/openapi.json", operationID: "getAPIOpenAPI", summary: "This document, under the API's base path", tags: ["system"],
        identity: .none, answers: document("application/json", .object([], additional: .anything), "OpenAPI 3.1"))

    static let index = Endpoint(
        .get, "/", operationID: "getIndex", summary: "List the entry points", details: "Answers with a page or JSON, depending on `Accept`.",
        tags: ["system"], identity: .none,
        answers: [
            Answer(
                .ok, "Links",
                content: [
                    .init("application/json", IndexInfo.resource.schema),
                    .init("text/html", .string()),
                ])
        ])

    static let docs = Endpoint(
        .get, "/docs", operationID: "getDocs", summary: "Reference page of the API, where operations can be tried", tags: ["system"], identity: .none,
        answers: document("text/html", .string(), "The page"))

    static let script = Endpoint(
        .get, "/docs/reference.js", operationID: "getDocsScript", summary: "The reference page's script", tags: ["system"], identity: .none,
        answers: document("text/javascript", .string(), "The script"))

    static let style = Endpoint(
        .get, "/docs/reference.css", operationID: "getDocsStyle", summary: "The reference page's style", tags: ["system"], identity: .none,
        answers: document("text/css", .string(), "The style"))

    private static func document(_ type: MediaType, _ schema: Schema, _ summary: String) -> [Answer] {
        [
            Answer(.ok, summary, content: [.init(type, schema)], headers: [.init("ETag", "Its validator")]),
            Answer(.notModified, "The client's copy is current, according to If-None-Match"),
        ]
    }
}
