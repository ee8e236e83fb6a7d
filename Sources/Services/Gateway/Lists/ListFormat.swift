import HTTPMessages
import JSON

/// The format of a list of ads.
enum ListFormat: Sendable {
    /// One JSON object with the list as a member.
    case json
    /// One ad per line, then a line which says that the list is complete.
    case ndjson

    static let ndjsonType = "application/x-ndjson"

    /// Chosen by the request's `Accept`.
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
