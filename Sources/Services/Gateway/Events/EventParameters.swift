import CondorModel
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON
import Waiting

extension EventCursor: ParameterValue {
    init?(parameter text: String) { self.init(text) }
    static var parameterSchema: Schema { .string(pattern: "^e1-[0-9a-f]{16}-(0|[1-9][0-9]{0,19})$").described("the id of an event") }
}

/// Where a stream of events begins.
enum EventsSince: Sendable, Hashable, ParameterValue {
    case now
    case cursor(EventCursor)

    init?(parameter text: String) {
        if text == "now" {
            self = .now
        } else if let cursor = EventCursor(text) {
            self = .cursor(cursor)
        } else {
            return nil
        }
    }

    static var parameterSchema: Schema {
        .anyOf([.constant("now"), EventCursor.parameterSchema]).described("`now` or a cursor: the id of an event, or the cursor in `connected`")
    }
}

/// The requested kinds of events.
struct EventTypes: Sendable, Hashable, ParameterValue {
    var types: Set<JobEventType>

    /// Parses names separated by commas.
    init?(parameter text: String) {
        types = []
        for name in text.split(separator: ",", maxSplits: 64, omittingEmptySubsequences: false) {
            guard let type = JobEventType(rawValue: String(name)) else { return nil }
            types.insert(type)
        }
    }

    static var parameterSchema: Schema {
        let names = JobEventType.allCases.map(\.rawValue)
        return .string(pattern: "^(\(names.joined(separator: "|")))(,(\(names.joined(separator: "|"))))*$")
            .described("names out of \(names.joined(separator: " ")), separated by commas")
    }
}
