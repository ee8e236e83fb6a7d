/// The names a submit description defines, with their unexpanded values, and the defaults behind them.
///
/// Names compare without regard to ASCII case and keep the spelling they came with first.
struct MacroTable: Sendable {
    enum Origin: Sendable, Hashable {
        case description
        /// Given with the call (`name=value` arguments).
        case argument
        /// Set by the module itself.
        case preset
        /// A variable of a `queue` statement.
        case loopVariable
    }

    struct Item: Sendable {
        var name: Bytes
        var value: Bytes
        var origin: Origin
        /// Where the value stands; nil for values that came from elsewhere.
        var map: SourceMap?
        /// Whether `map` describes `value` byte for byte.
        var isVerbatim = true
        var isUsed = false
        /// Takes another value for each item of a queue statement.
        var isLive = false
    }

    /// A value that changes while jobs are made from one description.
    enum LiveValue: Sendable, Hashable {
        case cluster
        case process
        case step
        case row
    }

    enum Default: Sendable {
        case value(Bytes)
        case live(LiveValue)
    }

    private(set) var items: [Item] = []
    private var index: [Bytes: Int] = [:]
    private(set) var defaults: [Bytes: Default] = [:]

    /// Offset into `items`, or nil.
    func find(_ name: Bytes) -> Int? { index[ASCII.lowercased(name)] }

    func find(lowercased name: Bytes) -> Int? { index[name] }

    subscript(position: Int) -> Item {
        get { items[position] }
        set { items[position] = newValue }
    }

    mutating func set(_ name: Bytes, to value: Bytes, origin: Origin, map: SourceMap?, isVerbatim: Bool = true) {
        let key = ASCII.lowercased(name)
        if let position = index[key] {
            items[position].value = value
            items[position].origin = origin
            items[position].map = map
            items[position].isVerbatim = isVerbatim
        } else {
            index[key] = items.count
            items.append(Item(name: name, value: value, origin: origin, map: map, isVerbatim: isVerbatim))
        }
    }

    /// Gives a loop variable its value for the next jobs. A name the description has set itself keeps its origin.
    mutating func setLive(_ name: Bytes, to value: Bytes, isUsed: Bool = false) {
        let key = ASCII.lowercased(name)
        let position: Int
        if let found = index[key] {
            position = found
        } else {
            position = items.count
            index[key] = position
            items.append(Item(name: name, value: value, origin: .loopVariable, map: nil))
        }
        items[position].value = value
        items[position].isLive = true
        items[position].isVerbatim = false
        if isUsed { items[position].isUsed = true }
    }

    mutating func setDefault(_ name: String, _ value: Default) { defaults[ASCII.lowercased(Bytes(name.utf8))] = value }

    mutating func markUsed(_ name: String) {
        if let position = index[ASCII.lowercased(Bytes(name.utf8))] { items[position].isUsed = true }
    }

    /// Orders the items by name, as HTCondor does before it makes jobs: the order in which families of names (`request_*`) are walked.
    mutating func sort() {
        items.sort { ASCII.precedesIgnoringCase($0.name, $1.name) }
        index = [:]
        for (position, item) in items.enumerated() { index[ASCII.lowercased(item.name)] = position }
    }
}
