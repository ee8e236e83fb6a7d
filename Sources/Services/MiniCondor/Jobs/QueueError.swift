/// The reason for which the queue refused, in HTCondor's form: a negative result, an errno and a sentence.
struct QueueError: Error, Sendable, Equatable {
    /// The result that a client gets before the errno: -1, except for NewCluster and NewProc, where it tells the kind of limit.
    var result = -1
    /// A Linux error number, positive.
    var errno: Int
    /// For the client's eyes; empty if there is nothing to add to the number.
    var reason: String
    /// An unacknowledged assignment failed, and the commit tells. HTCondor sends such an errno negated.
    var isDeferred = false
    /// The database failed: the queue takes no changes any more.
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
