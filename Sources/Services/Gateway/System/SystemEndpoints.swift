import HTTPMessages
import HTTPEndpoints
import HTTPTypes
import JSON

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
        answers: [
            .json(
                .ok, .object([.required("version", .string()), .required("commit", .string().nullable), .required("api", .string())]),
                "The version; commit is null if the gateway was not built in a git checkout")
        ])

    static let ping = Endpoint(
        .get, "/api/v1/ping", operationID: "ping", summary: "Round trip to the scheduler", tags: ["system"],
        answers: [
            .json(
                .ok,
                .object([
                    .required(
                        "scheduler",
                        .object([.required("name", .string().nullable), .required("address", .string()), .required("version", .string().nullable)])),
                    .required("latency_ms", .number(minimum: 0).described("Of one short question with this identity")),
                ]), "The scheduler has answered")
        ])

    static let metrics = Endpoint(
        .get, "/metrics", operationID: "getMetrics", summary: "Figures for Prometheus",
        details: "Local requests need no credentials; others need an identity with READ access.", tags: ["system"],
        identity: .optional, answers: [Answer(.ok, "Text format 0.0.4", content: [.init("text/plain", .string())])])

    private static let status = Schema.object([.required("status", .string())])
}
