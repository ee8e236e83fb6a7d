package import HTTPEndpoints

/// Something that happened to a job, as a stream of events tells it.
package struct EventRecord: ResourceValue {
    package var type: EventKind
    /// CLUSTER.PROC.
    package var jobID: String
    package var owner: String?
    /// `nil` when it is not known what became of the job.
    package var status: String?
    /// `nil` for a new job.
    package var previousStatus: String?
    /// RFC 3339.
    package var time: String
    /// The attributes that belong to such an event; of an edit, those that have changed.
    package var attributes: RawJSON
    /// In NDJSON; in an event stream the cursor is the event's id.
    package var cursor: String?

    package init(
        type: EventKind, jobID: String, owner: String?, status: String?, previousStatus: String?, time: String, attributes: RawJSON,
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
            "idle, running, removed, completed, held, transferring_output, suspended; null when nobody knows")
        Member.required("previous_status", \.previousStatus, .nullable(.string), "null for a new job")
        Member.required("time", \.time, .string(format: "date-time"))
        Member.required("attributes", \.attributes, .openObject(), "Details of the event; of an edit, what has changed")
        Member.optional("cursor", \.cursor, .string, "In NDJSON; in an event stream it is the event's id")
    }
}

/// What a stream of events says of itself: where it begins, that it is alive, why it ends.
package struct EventNotice: ResourceValue, Hashable {
    /// In NDJSON; in an event stream it is the event's name.
    package var type: String?
    /// A token of the kinds of problems.
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
