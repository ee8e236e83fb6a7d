/// Why the queue refused a request, in HTCondor's form: a negative result, an errno and a sentence.
struct QueueError: Error, Sendable, Equatable {
    /// The result that a client gets before the errno: -1, except for NewCluster and NewProc, where it tells the kind of limit.
    var result = -1
    /// A Linux error number, positive.
    var errno: Int
    /// Text for the client; empty if the number says it all.
    var reason: String
    /// Whether an earlier unacknowledged assignment caused the failure, which the commit reports. HTCondor sends such an errno negated.
    var isDeferred = false
    /// Whether the database failed. The queue accepts no more changes then.
    var isStorageFailure = false

    init(_ errno: Int, _ reason: String = "", result: Int = -1) {
        self.errno = errno
        self.reason = reason
        self.result = result
    }

    static func permission(_ reason: String = "") -> QueueError { QueueError(13, reason) }
    static func notFound(_ reason: String = "") -> QueueError { QueueError(2, reason) }
    static func invalid(_ reason: String = "") -> QueueError { QueueError(22, reason) }

    static func storage(_ reason: String) -> QueueError {
        var error = QueueError(5, reason)
        error.isStorageFailure = true
        return error
    }
}
