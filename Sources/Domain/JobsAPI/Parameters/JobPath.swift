package import HTTPEndpoints
import JSON

/// The paths of jobs.
package enum JobPath {
    package static let base: PathPattern = "/api/v1/jobs"

    package static let id = Parameter<String>(
        "id", .string(pattern: #"^[1-9][0-9]{0,8}(\.(0|[1-9][0-9]{0,8}))?$"#).example("7.0"),
        "A job, CLUSTER.PROC; if the operation allows it, a whole cluster, CLUSTER")
    /// For operations that do not accept a cluster.
    package static let job = Parameter<String>(
        "id", .string(pattern: #"^[1-9][0-9]{0,8}\.(0|[1-9][0-9]{0,8})$"#).example("7.0"), "A job, CLUSTER.PROC")
}
