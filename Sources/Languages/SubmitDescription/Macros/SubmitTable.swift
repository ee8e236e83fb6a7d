import MacroLanguage
import Text

/// The names defined by a submit description, with their unexpanded values, and the defaults.
struct SubmitTable: Sendable {
    enum Origin: Sendable, Hashable {
        case description
        /// Given by the caller (`name=value` arguments).
        case argument
        /// Set by this module itself.
        case preset
        /// A variable of a `queue` statement.
        case loopVariable
    }

    struct Item: NamedMacro {
        /// The spelling in the first assignment.
        let name: Bytes
        let key: MacroName
        var value: Bytes
        var origin: Origin
        /// The value's position; nil for values from elsewhere.
        var map: SourceMap?
        /// Whether `map` describes `value` byte for byte.
        var isVerbatim = true
        var isUsed = false
        /// Whether the value changes with each item of a queue statement.
        var isLive = false

        init(name: Bytes, key: MacroName, value: Bytes, origin: Origin, map: SourceMap?, isVerbatim: Bool = true) {
            self.name = name
            self.key = key
            self.value = value
            self.origin = origin
            self.map = map
            self.isVerbatim = isVerbatim
        }
    }

    /// A value that changes from job to job of one description.
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

    private var macros = MacroTable<Item>()
    private var defaults: [MacroName: Default] = [:]
    /// Whether a name begins with `SUBMIT.`.
    private var hasSubsystemNames = false
    /// HTCondor looks up names as `SUBMIT.NAME` first.
    static let subsystem = MacroName("SUBMIT")
    private static let subsystemPrefix = subsystem.bytes + [ASCII.dot]

    var items: [Item] { macros.items }

    /// Index in `items`, or nil.
    func find(_ name: Bytes) -> Int? { macros.position(of: MacroName(name)) }

    /// The index in `items` of the value of `key` for this program: `SUBMIT.key` if it exists. Nil if there is none.
    func findForSubmit(_ key: MacroName) -> Int? {
        if hasSubsystemNames, let position = macros.position(of: MacroName(key, prefix: Self.subsystem)) { return position }
        return macros.position(of: key)
    }

    func defaultValue(_ key: MacroName) -> Default? { defaults[key] }

    private mutating func append(_ item: Item) {
        macros.append(item)
        if item.key.bytes.starts(with: Self.subsystemPrefix) { hasSubsystemNames = true }
    }

    subscript(position: Int) -> Item {
        get { macros[position] }
        set { macros[position] = newValue }
    }

    mutating func set(_ name: Bytes, to value: Bytes, origin: Origin, map: SourceMap?, isVerbatim: Bool = true) {
        let key = MacroName(name)
        if let position = macros.position(of: key) {
            macros[position].value = value
            macros[position].origin = origin
            macros[position].map = map
            macros[position].isVerbatim = isVerbatim
        } else {
            append(Item(name: name, key: key, value: value, origin: origin, map: map, isVerbatim: isVerbatim))
        }
    }

    /// Gives a loop variable its value for the next jobs. A name that the description has set itself keeps its origin.
    mutating func setLive(_ name: Bytes, to value: Bytes, isUsed: Bool = false) {
        let key = MacroName(name)
        let position: Int
        if let found = macros.position(of: key) {
            position = found
        } else {
            position = macros.items.count
            append(Item(name: name, key: key, value: value, origin: .loopVariable, map: nil))
        }
        macros[position].value = value
        macros[position].isLive = true
        macros[position].isVerbatim = false
        if isUsed { macros[position].isUsed = true }
    }

    mutating func setDefault(_ name: String, _ value: Default) { defaults[MacroName(name)] = value }

    mutating func markUsed(_ name: String) { markUsed(MacroName(name)) }

    mutating func markUsed(_ key: MacroName) {
        if let position = macros.position(of: key) { macros[position].isUsed = true }
    }

    mutating func sort() { macros.sort() }
}
