import HTTPKit
import HTTPTypes

/// The operations that are not about jobs, as values.
enum SystemEndpoints {
    static let healthz = Endpoint(
        .get, "/healthz", operationID: "getHealth", summary: "Whether the process is alive", tags: ["system"], identity: .none,
        answers: [.json(.ok, status, "Alive")])

    static let readyz = Endpoint(
        .get, "/readyz", operationID: "getReadiness", summary: "Whether the scheduler can be reached", tags: ["system"], identity: .none,
        answers: [.json(.ok, status, "Ready"), .problem(.serviceUnavailable, "The scheduler cannot be reached, or the gateway is shutting down")])

    static let whoami = Endpoint(
        .get, "/api/v1/whoami", operationID: "whoAmI", summary: "What the scheduler says of this identity", tags: ["system"], identity: .optional,
        answers: [
            .json(
                .ok,
                .object([
                    .required("authenticated", .boolean),
                    .optional("user", .string().example("alice@pool.example")),
                    .optional("method", .string().example("TOKEN")),
                    .optional("authorizations", .array(of: .string())),
                ]), "The identity"),
            .problem(.unauthorized, "The credential is bad"),
        ])

    static let version = Endpoint(
        .get, "/api/v1/version", operationID: "getVersion", summary: "Version of the gateway", tags: ["system"], identity: .none,
        answers: [.json(.ok, .object([.required("version", .string()), .required("api", .string())]), "The version")])

    static let openAPI = Endpoint(
        .get, "/openapi.json", operationID: "getOpenAPI", summary: "This document", tags: ["system"], identity: .none,
        answers: [.json(.ok, .object([], additional: .anything), "OpenAPI 3.1")])

    static let apiOpenAPI = Endpoint(
        .get, "/api/v1/openapi.json", operationID: "getAPIOpenAPI", summary: "This document, below the API's own path", tags: ["system"],
        identity: .none, answers: [.json(.ok, .object([], additional: .anything), "OpenAPI 3.1")])

    private static let status = Schema.object([.required("status", .string())])
}
