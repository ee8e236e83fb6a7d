package import HTTPEndpoints

/// The last line of a list in NDJSON: `{"end":{"count":2,"complete":true}}`. Without it, the list is incomplete.
package struct ListEndLine: ResourceValue, Hashable {
    package var end: ListEnd

    package init(_ end: ListEnd) {
        self.end = end
    }

    package static let resource = Resource("", make: ListEndLine.init) {
        Member.required("end", \.end, .resource)
    }
}

/// The content of a list's last line.
package struct ListEnd: ResourceValue, Hashable {
    package var count: Int
    package var isComplete: Bool
    package var nextCursor: String?
    /// For a followed log: how the job ended.
    package var ending: JobEnding?

    package init(count: Int, isComplete: Bool = true, nextCursor: String? = nil, ending: JobEnding? = nil) {
        self.count = count
        self.isComplete = isComplete
        self.nextCursor = nextCursor
        self.ending = ending
    }

    package static let resource = Resource(
        "",
        make: { (count: Int, isComplete: Bool, cursor: String?, status: String??, code: Int64?, signal: Int64?) in
            ListEnd(
                count: count, isComplete: isComplete, nextCursor: cursor,
                ending: status.map { JobEnding(status: $0, exitCode: code, exitSignal: signal) })
        }
    ) {
        Member.required("count", \.count, .integer(0...))
        Member.required("complete", \.isComplete, .boolean)
        Member.optional("next_cursor", \.nextCursor, .string)
        Member.optional("status", \.ending?.status, .nullable(.string))
        Member.optional("exit_code", \.ending?.exitCode, .integer)
        Member.optional("exit_signal", \.ending?.exitSignal, .integer)
    }
}

/// The last known state of a job that a stream followed.
package struct JobEnding: Sendable, Hashable {
    /// `nil` if the job has left the queue.
    package var status: String?
    package var exitCode: Int64?
    package var exitSignal: Int64?

    package init(status: String?, exitCode: Int64? = nil, exitSignal: Int64? = nil) {
        self.status = status
        self.exitCode = exitCode
        self.exitSignal = exitSignal
    }
}

/// The last line in NDJSON of a list that could not be completed: `{"error":{"reason":"SCHEDULER_TIMEOUT","detail":"…"}}`.
package struct ListErrorLine: ResourceValue, Hashable {
    package var error: StreamError

    package init(_ error: StreamError) {
        self.error = error
    }

    package static let resource = Resource("", make: ListErrorLine.init) {
        Member.required("error", \.error, .resource)
    }
}

/// Why a stream ended early.
package struct StreamError: ResourceValue, Hashable {
    /// One of the reasons of ``Problem/Kind``.
    package var reason: String
    package var detail: String

    package init(reason: String, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    package static let resource = Resource("", make: StreamError.init) {
        Member.required("reason", \.reason, .string)
        Member.required("detail", \.detail, .string)
    }
}
