/// A job's state: the values of `JobStatus`.
///
/// Source: HTCondor 25.14, `condor_includes/proc.h`.
package enum JobStatus: Int64, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case idle = 1
    case running = 2
    case removed = 3
    case completed = 4
    case held = 5
    case transferringOutput = 6
    case suspended = 7
    case failed = 8
    case blocked = 9

    package var description: String {
        switch self {
        case .idle: "idle"
        case .running: "running"
        case .removed: "removed"
        case .completed: "completed"
        case .held: "held"
        case .transferringOutput: "transferring_output"
        case .suspended: "suspended"
        case .failed: "failed"
        case .blocked: "blocked"
        }
    }
}

/// Values of `HoldReasonCode` that matter to the protocol.
package enum HoldReasonCode {
    /// A user asked for the hold.
    package static let userRequest: Int64 = 1
    /// The job's output could not be transferred back.
    package static let transferOutputError: Int64 = 12
    /// The job's input could not be transferred.
    package static let transferInputError: Int64 = 13
    /// The submit description asked for the hold.
    package static let submittedOnHold: Int64 = 15
    /// The hold reason for ``submittedOnHold``.
    package static let submittedOnHoldText = "submitted on hold at user's request"
    /// The job waits for its input to be spooled. Only such a job accepts spooled files, and only for such a job does the schedd rewrite the ad's
    /// paths at the commit (observed with 25.14.1).
    package static let spoolingInput: Int64 = 16
}
