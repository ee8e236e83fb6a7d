package import HTTPEndpoints
import JSON

/// An event of a job's log.
package struct LogRecord: ResourceValue {
    /// The event's number in HTCondor's log.
    package var number: Int
    /// `MyType` of the event's ad.
    package var type: String
    /// RFC 3339.
    package var time: String
    /// CLUSTER.PROC, or CLUSTER for an event of the whole cluster.
    package var jobID: String
    package var attributes: RawJSON

    package init(number: Int, type: String, time: String, jobID: String, attributes: RawJSON) {
        self.number = number
        self.type = type
        self.time = time
        self.jobID = jobID
        self.attributes = attributes
    }

    package static let resource = Resource("", make: LogRecord.init) {
        Member.required("number", \.number, .integer(0...), "The event's number in HTCondor's log")
        Member.required("type", \.type, .string.example("JobTerminatedEvent"), "`MyType` of the event's ad")
        Member.required("time", \.time, .string(format: "date-time"))
        Member.required("job_id", \.jobID, .string, "CLUSTER.PROC, or CLUSTER for an event of the whole cluster")
        Member.required("attributes", \.attributes, .openObject())
    }
}

/// The members before the events of a job's log.
package struct JobLogHead: ResourceValue, Hashable {
    package var jobID: String

    package init(jobID: String) {
        self.jobID = jobID
    }

    package static let resource = Resource("", make: JobLogHead.init) {
        Member.required("job_id", \.jobID, .string)
    }
}

/// The events of a job's log.
package enum JobLogList {
    package static let resource = ListResource("JobLog", head: JobLogHead.resource, list: "events", of: LogRecord.resource.codec)
}
