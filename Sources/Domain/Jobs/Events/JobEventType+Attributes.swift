import CondorModel

extension JobEventType {
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
