package import ClassAd

/// An event of a job's event log.
package struct LoggedEvent: Sendable {
    package var number: Int
    /// `MyType` of the event's ad, as in ``LoggedEventType/name``.
    package var name: String
    package var time: EventTime
    package var cluster: Int
    /// Negative for an event of the whole cluster.
    package var proc: Int
    /// The event's details, under the names in the event's ad (as in `htcondor2.JobEventLog`), without the attributes of every event: `MyType`,
    /// `EventTypeNumber`, `EventTime`, `Cluster`, `Proc` and `Subproc`.
    package var attributes: ClassAd

    package init(number: Int, name: String, time: EventTime, cluster: Int, proc: Int, attributes: ClassAd) {
        self.number = number
        self.name = name
        self.time = time
        self.cluster = cluster
        self.proc = proc
        self.attributes = attributes
    }

    /// The event's kind; nil if it is unknown.
    package var type: LoggedEventType? { LoggedEventType(rawValue: number) }

    /// `CLUSTER.PROC`, or `CLUSTER` for an event of the whole cluster.
    package var jobID: String { proc < 0 ? String(cluster) : "\(cluster).\(proc)" }

    /// Names that are not among the attributes because they have properties of their own.
    static let commonNames = ["MyType", "TargetType", "EventTypeNumber", "EventTime", "Cluster", "Proc", "Subproc"]
}
