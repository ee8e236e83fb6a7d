package import HTTPEndpoints
import JSON

/// The parameters of operations that change jobs.
package enum ChangeParameters {
    package static let reason = Parameter<String>(
        "reason", .string(maxLength: 4096), "Stored in the job's ad and in the history"
    ) { $0.utf8.count <= 4096 }
    package static let ifMatch = Parameter<String>(
        "If-Match", .string().example("\"4f1c66b1e0a7c5d2a3b49e10\""), "The job's last known ETag; a job that has changed since is not edited")
    package static let ifNoneMatch = Parameter<String>("If-None-Match", .string(), "The job's last known ETag")

    package static let dryRun = Parameter<Bool>("dry_run", .boolean.defaulting(to: false), "Only report what would be done")
    package static let expect = Parameter<Int>(
        "expect", .integer(minimum: 0, maximum: Int64(Int32.max)),
        "The number of jobs that must match; if another number matches, nothing is done (409)")
    package static let all = Parameter<Bool>("all", .boolean.defaulting(to: false), "Confirms a constraint that is true for all jobs")
}
