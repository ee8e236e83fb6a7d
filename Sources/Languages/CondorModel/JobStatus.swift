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
    case preparing = 10

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
        case .preparing: "preparing"
        }
    }
}
