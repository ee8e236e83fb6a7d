public import ClassAd

/// An event of a job's event log.
public struct LoggedEvent: Sendable {
    public var number: Int
    /// `MyType` of the event's ad, as ``LoggedEventType/name`` has it.
    public var name: String
    public var time: EventTime
    public var cluster: Int
    /// Negative for an event of a whole cluster.
    public var proc: Int
    /// What the event tells, under the names of the event's ad (as `htcondor2.JobEventLog` gives it), without those that every event has: `MyType`,
    /// `EventTypeNumber`, `EventTime`, `Cluster`, `Proc` and `Subproc`.
    public var attributes: ClassAd

    public init(number: Int, name: String, time: EventTime, cluster: Int, proc: Int, attributes: ClassAd) {
        self.number = number
        self.name = name
        self.time = time
        self.cluster = cluster
        self.proc = proc
        self.attributes = attributes
    }

    /// The event's kind; nil for one unknown here.
    public var type: LoggedEventType? { LoggedEventType(rawValue: number) }

    /// `CLUSTER.PROC`, or `CLUSTER` for an event of a whole cluster.
    public var jobID: String { proc < 0 ? String(cluster) : "\(cluster).\(proc)" }

    /// Names that are said outside of the attributes.
    static let commonNames = ["MyType", "TargetType", "EventTypeNumber", "EventTime", "Cluster", "Proc", "Subproc"]
}
