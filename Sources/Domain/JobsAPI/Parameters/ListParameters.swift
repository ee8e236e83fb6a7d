package import HTTPEndpoints
import JSON

/// The parameters of lists: of jobs, of records of the history and of the pool's ads.
package enum ListParameters {
    package static let constraint = Parameter<String>(
        "constraint", .string().example("JobStatus == 2"), "A ClassAd expression that selects the jobs for which it is true")
    package static let adConstraint = Parameter<String>(
        "constraint", .string().example("Cpus >= 8"), "A ClassAd expression that selects the ads for which it is true")
    package static let projection = Parameter<String>(
        "projection", .string().example("ClusterId,ProcId,JobStatus"),
        "Attribute names, separated by commas; all attributes if absent or `*`")
    package static let jobLimit = Parameter<ListLimit>(
        "limit", "The largest number of jobs, in the order of their ids; if absent or `*`, all jobs in the scheduler's order")
    package static let recordLimit = Parameter<ListLimit>(
        "limit", "The largest number of records, newest first; all records if absent or `*`")
    package static let adLimit = Parameter<ListLimit>("limit", "The largest number of ads; all ads if absent or `*`")
    package static let cursor = Parameter<String>("cursor", .string(), "Where the page begins: `next_cursor` of the previous page")
    package static let ownedByMe = Parameter<Bool>("owned_by_me", .boolean, "Only the caller's own jobs")
}
