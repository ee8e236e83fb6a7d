import Jobs

/// The documentation of the actions.
extension JobActionName {
    /// The action as the beginning of an `operationId`.
    var operationID: String {
        switch self {
        case .vacateFast: "vacateFast"
        case .removeForce: "removeForce"
        case .remove: "postRemove"
        default: rawValue
        }
    }

    var summary: String {
        switch self {
        case .hold: "Hold a job or a cluster"
        case .release: "Release a held job or cluster"
        case .suspend: "Suspend a running job"
        case .continue: "Continue a suspended job"
        case .vacate: "Evict a running job, with time to shut down"
        case .vacateFast: "Evict a running job at once"
        case .remove: "Remove a job or a cluster"
        case .removeForce: "Force the removal of a job that is already being removed"
        }
    }

    /// The summary of the action on all jobs that match a constraint.
    var bulkSummary: String {
        switch self {
        case .hold: "Hold all jobs that match a constraint"
        case .release: "Release all held jobs that match a constraint"
        case .suspend: "Suspend all running jobs that match a constraint"
        case .continue: "Continue all suspended jobs that match a constraint"
        case .vacate: "Evict all running jobs that match a constraint, with time to shut down"
        case .vacateFast: "Evict all running jobs that match a constraint at once"
        case .remove: "Remove all jobs that match a constraint (by POST)"
        case .removeForce: "Force the removal of all jobs that match a constraint and are already being removed"
        }
    }
}
