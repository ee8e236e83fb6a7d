import ClassAd

/// The names by which `NumHoldsByReason` and `NumVacatesByReason` count codes (HTCondor 25.14, `condor_includes/condor_holdcodes.h`).
enum HoldReasonNames {
    private static let names: [Int64: String] = [
        1: "UserRequest", 3: "JobPolicy", 5: "JobPolicyUndefined", 6: "FailedToCreateProcess", 7: "UnableToOpenOutput", 8: "UnableToOpenInput",
        9: "UnableToOpenOutputStream", 10: "UnableToOpenInputStream", 11: "InvalidTransferAck", 12: "TransferOutputError",
        13: "TransferInputError", 14: "IwdError", 15: "SubmittedOnHold", 16: "SpoolingInput", 17: "JobShadowMismatch",
        18: "InvalidTransferGoAhead", 19: "HookPrepareJobFailure", 20: "MissedDeferredExecutionTime", 21: "StartdHeldJob",
        22: "UnableToInitUserLog", 23: "FailedToAccessUserAccount", 24: "NoCompatibleShadow", 25: "InvalidCronSettings", 26: "SystemPolicy",
        27: "SystemPolicyUndefined", 32: "MaxTransferInputSizeExceeded", 33: "MaxTransferOutputSizeExceeded", 34: "JobOutOfResources",
        35: "InvalidDockerImage", 36: "FailedToCheckpoint", 43: "PreScriptFailed", 44: "PostScriptFailed",
        45: "SingularityTestFailed", 46: "JobDurationExceeded", 47: "JobExecuteExceeded", 48: "HookShadowPrepareJobFailure",
        49: "CannotSwitchPrimaryGroup",
        1000: "JobPolicyVacate", 1001: "SystemPolicyVacate", 1002: "ShadowException", 1003: "JobNotStarted", 1004: "UserVacateJob",
        1005: "JobShouldRequeue", 1006: "FailedToActivateClaim", 1007: "StarterError", 1008: "ReconnectFailed", 1009: "ClaimDeactivated",
        1010: "StartdVacateCommand", 1011: "StartdPreemptExpression", 1012: "StartdException", 1013: "StartdShutdown",
        1014: "StartdDraining", 1015: "StartdCoalesce", 1016: "StartdHibernate", 1017: "StartdReleaseCommand",
        1018: "StartdPreemptingClaimRank", 1019: "StartdPreemptingClaimUserPrio", 1022: "ScheddVacate", 1023: "JobRemoved",
    ]

    static var all: some Collection<String> { names.values }

    static func name(of code: Int64) -> String { names[code] ?? "Unspecified" }
}

/// Counters by name, as a nested ad: `[ UserRequest = 2; JobPolicy = 1 ]`.
enum ReasonCounts {
    static func incremented(_ expression: ExprTree?, _ name: String) -> ExprTree {
        guard case .ad(var counts)? = expression?.literalValue else { return firstOnes[name] ?? first(name) }
        counts.set(name, (counts.integer(name) ?? 0) &+ 1)
        return .literal(.ad(counts))
    }

    /// `[ name = 1 ]` for each name.
    private static let firstOnes = Dictionary(uniqueKeysWithValues: Set(HoldReasonNames.all).map { ($0, first($0)) })

    private static func first(_ name: String) -> ExprTree {
        var counts = ClassAd()
        counts.set(name, 1)
        return .literal(.ad(counts))
    }
}
