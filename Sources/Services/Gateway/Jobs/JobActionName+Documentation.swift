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

    /// The summary of the action on all jobs a constraint selects.
    var bulkSummary: String {
        switch self {
        case .hold: "Hold all jobs a constraint selects"
        case .release: "Release all held jobs a constraint selects"
        case .suspend: "Suspend all running jobs a constraint selects"
        case .continue: "Continue all suspended jobs a constraint selects"
        case .vacate: "Take all running jobs a constraint selects off their machines, gently"
        case .vacateFast: "Take all running jobs a constraint selects off their machines at once"
        case .remove: "Remove all jobs a constraint selects, by POST"
        case .removeForce: "Forget all jobs a constraint selects that are already being removed"
        }
    }
}
