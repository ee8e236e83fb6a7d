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

    /// A name in lower case; its bytes are hashed in one go, not one by one as those of an array.
    struct Key: Hashable, Sendable {
        let bytes: Bytes

        init(_ name: some Sequence<UInt8>) { bytes = ASCII.lowercased(name) }

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    private(set) var items: [Item] = []
    private var index: [Key: Int] = [:]
    private var defaults: [Key: Default] = [:]
    /// A name begins with `SUBMIT.`.
    private var hasSubsystemNames = false
    private static let subsystemPrefix = Bytes("submit.".utf8)

    /// Offset into `items`, or nil.
    func find(_ name: Bytes) -> Int? { index[Key(name)] }

    /// What counts as `key` for this program: `SUBMIT.key` if that is there. Offset into `items`, or nil.
    func findForSubmit(_ key: Key) -> Int? {
        if hasSubsystemNames, let position = index[Key(Self.subsystemPrefix + key.bytes)] { return position }
        return index[key]
    }

    func defaultValue(_ key: Key) -> Default? { defaults[key] }

    private mutating func append(_ item: Item, _ key: Key) {
        index[key] = items.count
        items.append(item)
        if key.bytes.starts(with: Self.subsystemPrefix) { hasSubsystemNames = true }
    }

    subscript(position: Int) -> Item {
        get { items[position] }
        set { items[position] = newValue }
    }

    mutating func set(_ name: Bytes, to value: Bytes, origin: Origin, map: SourceMap?, isVerbatim: Bool = true) {
        let key = Key(name)
        if let position = index[key] {
            items[position].value = value
            items[position].origin = origin
            items[position].map = map
            items[position].isVerbatim = isVerbatim
        } else {
            append(Item(name: name, value: value, origin: origin, map: map, isVerbatim: isVerbatim), key)
        }
    }

    /// Gives a loop variable its value for the next jobs. A name the description has set itself keeps its origin.
    mutating func setLive(_ name: Bytes, to value: Bytes, isUsed: Bool = false) {
        let key = Key(name)
        let position: Int
        if let found = index[key] {
            position = found
        } else {
            position = items.count
            append(Item(name: name, value: value, origin: .loopVariable, map: nil), key)
        }
        items[position].value = value
        items[position].isLive = true
        items[position].isVerbatim = false
        if isUsed { items[position].isUsed = true }
    }

    mutating func setDefault(_ name: String, _ value: Default) { defaults[Key(name.utf8)] = value }

    mutating func markUsed(_ name: String) {
        if let position = index[Key(name.utf8)] { items[position].isUsed = true }
    }

    /// Orders the items by name, as HTCondor does before it makes jobs: the order in which families of names (`request_*`) are walked.
    mutating func sort() {
        items.sort { ASCII.precedesIgnoringCase($0.name, $1.name) }
        index = [:]
        for (position, item) in items.enumerated() { index[Key(item.name)] = position }
    }
}
