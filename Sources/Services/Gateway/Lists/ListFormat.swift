import HTTPMessages
import JSON

/// How a list of ads is written.
enum ListFormat: Sendable {
    /// One JSON object with the list as a member.
    case json
    /// One ad a line, then a line that says that the list is complete.
    case ndjson

    static let ndjsonType = "application/x-ndjson"

    /// By the request's `Accept`.
    init(accepting request: Request) {
        let best = request.acceptedTypes.best(of: ["application/json", "application/x-ndjson"])
        self = best == "application/x-ndjson" ? .ndjson : .json
    }

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: Self.ndjsonType
        }
    }
}
