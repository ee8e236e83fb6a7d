import HTTPMessages
import HTTPEndpoints

/// A place in a stream of events: behind the event of that number, as one watcher of this process counts. Clients see it as an opaque text.
struct EventCursor: Sendable, Hashable {
    /// Tells apart the watchers of all identities and of all processes.
    var epoch: UInt64
    /// The number of the last event that is not wanted; 0 for the beginning.
    var sequence: UInt64

    var text: String {
        let digits = String(epoch, radix: 16)
        return "e1-" + String(repeating: "0", count: 16 - digits.utf8.count) + digits + "-" + String(sequence)
    }

    init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Nil unless `text` is one that ``text`` made.
    init?(_ text: String) {
        guard text.utf8.count <= 48 else { return nil }
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "e1", let epoch = UInt64(parts[1], radix: 16), let sequence = UInt64(parts[2]) else { return nil }
        self.init(epoch: epoch, sequence: sequence)
        guard self.text == text else { return nil }
    }
}

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
        .anyOf([.constant("now"), EventCursor.parameterSchema]).described("`now` or a cursor: the id of an event, or what `connected` told")
    }
}

/// The kinds of events that are wanted.
struct EventTypes: Sendable, Hashable, ParameterValue {
    var types: Set<JobEventType>

    /// Names separated by commas.
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
