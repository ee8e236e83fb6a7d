/// Why a job cannot be run, for the job's `HoldReason`.
///
/// Codes are HTCondor's (25.14, `condor_includes/condor_holdcodes.h`).
struct RunFailure: Error, Sendable, Equatable {
    var reason: String
    var code: Int64
    /// The errno, if there is one.
    var subCode: Int64
    /// Whether the execute side reports the failure. HTCondor then puts `Error from <slot>: ` in front.
    var isRemote: Bool

    init(_ reason: String, code: Code, subCode: Int64 = 0) {
        self.reason = reason
        self.code = code.rawValue
        self.subCode = subCode
        switch code {
        case .transferInput, .transferOutput, .missedDeferralTime: isRemote = false
        default: isRemote = true
        }
    }

    enum Code: Int64 {
        case failedToCreateProcess = 6
        case unableToOpenOutput = 7
        case unableToOpenInput = 8
        case unableToOpenOutputStream = 9
        case transferOutput = 12
        case transferInput = 13
        case initialDirectory = 14
        case missedDeferralTime = 20
        case outOfResources = 34
    }
}
