import Diagnostics
package import JSON

/// Collects the mistakes of one JSON document while codecs read it.
package struct ResourceReader {
    /// What to do with members that a resource does not have.
    package enum UnknownMembers: Sendable {
        /// A body from a client: a misspelt member must not be ignored.
        case refused
        /// An answer of a server, which may be newer than its reader.
        case ignored
    }

    /// Mistakes that one document tells at most. Reading stops there.
    static let maximumMistakes = 100

    let unknownMembers: UnknownMembers
    private(set) var mistakes: [ResourceError.Mistake] = []
    /// Mistakes, by their indices, of elements of arrays, whose places only the text tells.
    private(set) var unplaced: [(mistake: Int, element: JSONPointer)] = []
    /// Where reading is: names of members and indices of elements.
    private var path: [Step] = []
    /// The nearest place on the way there that the text is known to have.
    private var place: JSONPlace?

    private enum Step {
        case member(String)
        case element(Int)
    }

    init(unknownMembers: UnknownMembers) {
        self.unknownMembers = unknownMembers
    }

    /// Whether no further mistake will be noted.
    var isFull: Bool { mistakes.count >= Self.maximumMistakes }

    /// A reader at the same place that has found no mistakes yet, to try one of several alternatives.
    var attempt: ResourceReader {
        var copy = self
        copy.mistakes = []
        copy.unplaced = []
        return copy
    }

    /// Takes over the mistakes of an attempt.
    mutating func take(_ attempt: ResourceReader) {
        let count = mistakes.count
        mistakes += attempt.mistakes.prefix(Self.maximumMistakes - count)
        unplaced += attempt.unplaced.map { (count + $0.mistake, $0.element) }.filter { $0.0 < mistakes.count }
    }

    /// Reads the value of a member.
    package mutating func within<Result>(_ member: JSONValue.Member, _ read: (inout ResourceReader) -> Result) -> Result {
        let outer = place
        path.append(.member(member.name))
        place = member.place ?? outer
        defer {
            path.removeLast()
            place = outer
        }
        return read(&self)
    }

    /// Reads an element of an array.
    package mutating func within<Result>(_ index: Int, _ read: (inout ResourceReader) -> Result) -> Result {
        path.append(.element(index))
        defer { path.removeLast() }
        return read(&self)
    }

    /// Notes that the value here is not what it should be.
    /// - Parameters:
    ///   - expectation: completes the sentence "… is expected".
    ///   - value: tells what came instead, where its kind alone is wrong.
    package mutating func expected<Value>(
        _ expectation: String, insteadOf value: JSONValue? = nil, suggestion: String? = nil
    ) -> Value? {
        note("\(expectation) is expected" + (value.map { ", not \($0.shown)" } ?? "") + (suggestion.map { "; did you mean '\($0)'?" } ?? ""))
        return nil
    }

    /// Notes a mistake of the value here.
    package mutating func note(_ text: String) {
        note(text, path, place)
    }

    /// Notes a mistake of a member of the object here, whether or not the object has it.
    package mutating func note(_ text: String, member: String) {
        note(text, path + [.member(member)], place)
    }

    /// Notes a member that the object here cannot have.
    mutating func refuse(_ unknown: JSONValue.Member, known: [String]) {
        guard !isFull else { return }
        let suggestion =
            closestMatch(to: unknown.name, among: known).map { "did you mean '\($0)'?" }
            ?? (known.isEmpty ? "there are none here" : "known are \(known.joined(separator: ", "))")
        note("no such member; \(suggestion)", path + [.member(unknown.name)], unknown.place, isUnknownMember: true)
    }

    private mutating func note(_ text: String, _ steps: [Step], _ place: JSONPlace?, isUnknownMember: Bool = false) {
        guard !isFull else { return }
        let label = steps.reduce(into: "") { label, step in
            switch step {
            case .member(let name): label += (label.isEmpty ? "" : ".") + name.prefix(64)
            case .element(let index): label += "[\(index)]"
            }
        }
        if !isUnknownMember, case .element? = path.last { unplaced.append((mistakes.count, Self.pointer(path))) }
        mistakes.append(
            ResourceError.Mistake(
                pointer: Self.pointer(steps), detail: label.isEmpty ? text : "\(label): \(text)", place: place, isUnknownMember: isUnknownMember))
    }

    private static func pointer(_ steps: [Step]) -> JSONPointer {
        JSONPointer(
            steps.map {
                switch $0 {
                case .member(let name): name
                case .element(let index): String(index)
                }
            })
    }
}

extension JSONValue {
    /// The value in a message: short scalars as they are, everything else by its kind.
    fileprivate var shown: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        default: kind
        }
    }
}
