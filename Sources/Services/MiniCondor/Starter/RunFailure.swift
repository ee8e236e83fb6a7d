import CondorModel

/// Why a job cannot be run, for the job's `HoldReason`.
struct RunFailure: Error, Sendable, Equatable {
    var reason: String
    var code: HoldReasonCode
    /// The errno, if there is one.
    var subCode: Int64
    /// Whether the execute side reports the failure. HTCondor then puts `Error from <slot>: ` in front.
    var isRemote: Bool

    init(_ reason: String, code: HoldReasonCode, subCode: Int64 = 0) {
        self.reason = reason
        self.code = code
        self.subCode = subCode
        switch code {
        case .transferInputError, .transferOutputError, .missedDeferredExecutionTime: isRemote = false
        default: isRemote = true
        }
    }
}
