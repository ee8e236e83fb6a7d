package import CondorProtocol

/// The actions of `POST /jobs/{ids}/{action}`.
package enum JobActionName: String, Sendable, Hashable, CaseIterable {
    case hold
    case release
    case suspend
    case `continue`
    case vacate
    case vacateFast = "vacate-fast"
    case remove
    case removeForce = "remove-force"

    package var action: JobAction {
        switch self {
        case .hold: .hold
        case .release: .release
        case .suspend: .suspend
        case .continue: .resume
        case .vacate: .vacate
        case .vacateFast: .vacateFast
        case .remove: .remove
        case .removeForce: .removeForced
        }
    }

    /// The past participle for messages: "held", "removed".
    package var done: String {
        switch self {
        case .hold: "held"
        case .release: "released"
        case .suspend: "suspended"
        case .continue: "continued"
        case .vacate, .vacateFast: "vacated"
        case .remove: "removed"
        case .removeForce: "removed at once"
        }
    }
}
