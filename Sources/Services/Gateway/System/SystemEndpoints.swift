import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON

/// The operations that are not about jobs, as values.
enum SystemEndpoints {
    static let healthz = Endpoint(
        .get, "/healthz", operationID: "getHealth", summary: "Whether the process is alive", tags: ["system"], identity: .none,
        answers: [.json(.ok, HealthStatus.resource.schema, "Alive")])

    static let readyz = Endpoint(
        .get, "/readyz", operationID: "getReadiness", summary: "Whether the scheduler can be reached", tags: ["system"], identity: .none,
        answers: [
            .json(.ok, HealthStatus.resource.schema, "Ready"),
            .problem(.serviceUnavailable, "The scheduler cannot be reached, or the gateway is shutting down"),
        ])

    static let whoami = Endpoint(
        .get, "/api/v1/whoami", operationID: "whoAmI", summary: "Identity and permissions, as the scheduler sees them", tags: ["system"],
        identity: .optional,
        answers: [
            .json(.ok, IdentityInfo.resource.schema, "The identity"),
            .problem(.unauthorized, "The credential is invalid"),
        ])

    static let version = Endpoint(
        .get, "/api/v1/version", operationID: "getVersion", summary: "Version of the gateway", tags: ["system"], identity: .none,
        answers: [
            .json(.ok, VersionInfo.resource.schema, "The version; commit is null if the gateway was not built in a git checkout")
        ])

    static let ping = Endpoint(
        .get, "/api/v1/ping", operationID: "ping", summary: "Round trip to the scheduler", tags: ["system"],
        answers: [.json(.ok, PingResult.resource.schema, "The scheduler has answered")])

    static let metrics = Endpoint(
        .get, "/metrics", operationID: "getMetrics", summary: "Metrics for Prometheus",
        details: "Local requests need no credentials; others need an identity with READ access.", tags: ["system"],
        identity: .optional, answers: [Answer(.ok, "Text format 0.0.4", content: [.init("text/plain", .string())])])
}
