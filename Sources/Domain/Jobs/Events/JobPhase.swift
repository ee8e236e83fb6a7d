import CondorModel

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
        case .idle, .blocked, .preparing, nil: self = .idle
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
