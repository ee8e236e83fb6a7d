package import ClassAd

/// An event of a job's event log.
package struct LoggedEvent: Sendable {
    package var number: Int
    /// `MyType` of the event's ad, as ``LoggedEventType/name`` has it.
    package var name: String
    package var time: EventTime
    package var cluster: Int
    /// Negative for an event of a whole cluster.
    package var proc: Int
    /// What the event tells, under the names of the event's ad (as `htcondor2.JobEventLog` gives it), without those that every event has: `MyType`,
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

    /// The event's kind; nil for one unknown here.
    package var type: LoggedEventType? { LoggedEventType(rawValue: number) }

    /// `CLUSTER.PROC`, or `CLUSTER` for an event of a whole cluster.
    package var jobID: String { proc < 0 ? String(cluster) : "\(cluster).\(proc)" }

    /// Names that are said outside of the attributes.
    static let commonNames = ["MyType", "TargetType", "EventTypeNumber", "EventTime", "Cluster", "Proc", "Subproc"]
}
