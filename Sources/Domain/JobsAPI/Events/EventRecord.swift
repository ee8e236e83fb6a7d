package import CondorModel
package import HTTPEndpoints

/// An event of a job, as a stream sends it.
package struct EventRecord: ResourceValue {
    package var type: JobEventType
    /// CLUSTER.PROC.
    package var jobID: String
    package var owner: String?
    /// `nil` if the job's fate is not known.
    package var status: String?
    /// `nil` for a new job.
    package var previousStatus: String?
    /// RFC 3339.
    package var time: String
    /// Attributes that describe the event; for an edit, those that have changed.
    package var attributes: RawJSON
    /// Set in NDJSON only; in an event stream the cursor is the event's id.
    package var cursor: String?

    package init(
        type: JobEventType, jobID: String, owner: String?, status: String?, previousStatus: String?, time: String, attributes: RawJSON,
        cursor: String? = nil
    ) {
        self.type = type
        self.jobID = jobID
        self.owner = owner
        self.status = status
        self.previousStatus = previousStatus
        self.time = time
        self.attributes = attributes
        self.cursor = cursor
    }

    package static let resource = Resource("JobEvent", make: EventRecord.init) {
        Member.required("type", \.type, .word)
        Member.required("job_id", \.jobID, .jobID)
        Member.required("owner", \.owner, .nullable(.string))
        Member.required(
            "status", \.status, .nullable(.string),
            "idle, running, removed, completed, held, transferring_output, suspended; null if it is not known")
        Member.required("previous_status", \.previousStatus, .nullable(.string), "null for a new job")
        Member.required("time", \.time, .string(format: "date-time"))
        Member.required("attributes", \.attributes, .openObject(), "Details of the event; for an edit, the attributes that have changed")
        Member.optional("cursor", \.cursor, .string, "Only in NDJSON; in an event stream it is the event's id")
    }
}

/// A notice about the stream itself: where it begins, that it is alive, or why it ends.
package struct EventNotice: ResourceValue, Hashable {
    /// Set in NDJSON only; in an event stream it is the event's name.
    package var type: String?
    /// One of the reasons of ``Problem/Kind``.
    package var reason: String?
    package var title: String?
    package var detail: String?
    package var cursor: String

    package init(type: String? = nil, reason: String? = nil, title: String? = nil, detail: String? = nil, cursor: String) {
        self.type = type
        self.reason = reason
        self.title = title
        self.detail = detail
        self.cursor = cursor
    }

    package static let resource = Resource("", make: EventNotice.init) {
        Member.optional("type", \.type, .string)
        Member.optional("reason", \.reason, .string)
        Member.optional("title", \.title, .string)
        Member.optional("detail", \.detail, .string)
        Member.required("cursor", \.cursor, .string)
    }
}
