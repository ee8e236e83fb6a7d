import CondorProtocol

/// What can happen to a job, under the names clients see.
package enum JobEventType: String, Sendable, Hashable, CaseIterable {
    case submit
    case execute
    case hold
    case release
    case suspend
    case resume = "continue"
    case evict
    case complete
    case remove
    case edit

    /// The attributes that tell more of such an event; of an edit it is those that have changed.
    var attributes: [String] {
        switch self {
        case .submit:
            ["Cmd", "JobBatchName", "JobPrio", "JobUniverse", "QDate", "RequestCpus", "RequestMemory", "RequestDisk", "HoldReason", "HoldReasonCode"]
        case .execute: ["RemoteHost", "JobCurrentStartDate", "NumShadowStarts"]
        case .hold: ["HoldReason", "HoldReasonCode", "HoldReasonSubCode", "NumHolds"]
        case .release: ["ReleaseReason", "LastHoldReason", "LastHoldReasonCode"]
        case .suspend, .resume: ["RemoteHost", "TotalSuspensions", "LastSuspensionTime"]
        case .evict: ["VacateReason", "VacateReasonCode", "VacateReasonSubCode", "LastVacateTime", "LastRemoteHost"]
        case .complete: ["ExitCode", "ExitBySignal", "ExitSignal", "CompletionDate", "RemoteWallClockTime", "LastRemoteHost"]
        case .remove: ["RemoveReason", "LastRemoteHost"]
        case .edit: []
        }
    }
}

/// The states between which jobs move, as far as events tell them apart.
enum JobPhase: Sendable, Hashable {
    case idle
    case running
    case suspended
    case held
    case removed
    case completed

    init(_ status: JobStatus?) {
        switch status {
        case .running, .transferringOutput: self = .running
        case .removed: self = .removed
        case .completed, .failed: self = .completed
        case .held: self = .held
        case .suspended: self = .suspended
        case .idle, .blocked, nil: self = .idle
        }
    }

    /// The plain status of the phase.
    var status: JobStatus {
        switch self {
        case .idle: .idle
        case .running: .running
        case .suspended: .suspended
        case .held: .held
        case .removed: .removed
        case .completed: .completed
        }
    }
}
