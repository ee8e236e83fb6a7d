import Jobs

/// How the actions are documented.
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
        case .vacate: "Take a running job off its machine, gently"
        case .vacateFast: "Take a running job off its machine at once"
        case .remove: "Remove a job or a cluster"
        case .removeForce: "Forget a job that is already being removed"
        }
    }

    /// The summary of the action on all jobs that match a constraint.
    var bulkSummary: String {
        switch self {
        case .hold: "Hold all jobs that match a constraint"
        case .release: "Release all held jobs that match a constraint"
        case .suspend: "Suspend all running jobs that match a constraint"
        case .continue: "Continue all suspended jobs that match a constraint"
        case .vacate: "Take all running jobs that match a constraint off their machines, gently"
        case .vacateFast: "Take all running jobs that match a constraint off their machines at once"
        case .remove: "Remove all jobs that match a constraint, by POST"
        case .removeForce: "Forget all jobs that match a constraint and are already being removed"
        }
    }
}
