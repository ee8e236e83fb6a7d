import MacroLanguage
import Text

/// A position in a configuration: the source, line and metaknob statement that set a value.
struct ConfigurationPosition: Sendable, Hashable {
    /// Index into `ConfigurationTable.sources`.
    var source: Int
    /// 1-based; nil for sources without lines (defaults, environment, detected facts).
    var line: Int?
    var metaknob: MetaknobReference?
    /// 0-based number of the statement in the metaknob's template.
    var metaknobStatement = 0
    /// 1-based byte column of the value in its line; 0 if unknown.
    var column = 0

    static let detected = ConfigurationPosition(source: 0)
    static let defaults = ConfigurationPosition(source: 1)
    static let environment = ConfigurationPosition(source: 2)
}

struct MetaknobReference: Sendable, Hashable {
    var category: String
    var name: String
}

/// An assigned name.
struct ConfigurationEntry: NamedMacro {
    /// The spelling in the first assignment.
    var name: String
    /// Unexpanded.
    var value: [UInt8]
    var position: ConfigurationPosition
    /// The line with the value, for messages; nil if it is long or there is none.
    var sourceLine: String?
    /// Whether the value equals the parameter's default.
    var matchesDefault: Bool

    var key: MacroName { MacroName(name) }
}

/// The prefixes under which names are looked up.
struct ConfigurationScope: Sendable {
    var subsystem: String?
    var localName: String?

    /// In the order in which they are tried.
    var prefixes: [String] { [localName, subsystem].compactMap { $0 } }
}

/// The unexpanded assignments of a configuration, by name without regard to ASCII case.
struct ConfigurationTable: Sendable {
    private var macros = MacroTable<ConfigurationEntry>()
    /// The names of the sources, in reading order. The first four are not files.
    private(set) var sources = ["<Detected>", "<Default>", "<Environment>", "<Over>"]

    mutating func addSource(_ name: String) -> Int {
        sources.append(name)
        return sources.count - 1
    }

    var entries: [ConfigurationEntry] { macros.items }

    func entry(_ name: String) -> ConfigurationEntry? { entry(MacroName(name)) }

    private func entry(_ key: MacroName) -> ConfigurationEntry? { macros.position(of: key).map { macros[$0] } }

    /// Sets `name`. As in HTCondor, a first assignment of exactly the default value is not stored, unless the name has a prefix.
    mutating func insert(_ name: String, _ value: [UInt8], at position: ConfigurationPosition, sourceLine: String? = nil) {
        let key = ASCII.lowercased(name)
        var isPrefixed = false
        var parameter = ParameterDefaults.parameter(key)
        if parameter == nil, let dot = key.utf8.firstIndex(of: ASCII.dot) {
            isPrefixed = true
            parameter = ParameterDefaults.parameter(String(key[key.utf8.index(after: dot)...]))
        }
        let matchesDefault = parameter?.value.map { Self.isSame($0, value) } ?? false
        let entry = ConfigurationEntry(
            name: name, value: value, position: position, sourceLine: sourceLine, matchesDefault: matchesDefault)
        if let position = macros.position(of: MacroName(key)) {
            let spelling = macros[position].name
            macros[position] = entry
            macros[position].name = spelling
        } else if !matchesDefault || isPrefixed {
            macros.append(entry)
        }
    }

    private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a == b || (ASCII.equalIgnoringCase(a, b) && (ASCII.equalIgnoringCase(a, "true".utf8) || ASCII.equalIgnoringCase(a, "false".utf8)))
    }

    /// A name's unexpanded value: with the local name as prefix, with the subsystem as prefix, plain, or from the defaults; nil if there is none.
    func lookUp(_ name: String, _ scope: ConfigurationScope) -> [UInt8]? { lookUp(MacroName(name), scope) }

    func lookUp(_ name: MacroName, _ scope: ConfigurationScope) -> [UInt8]? {
        let key = String(decoding: name.bytes, as: UTF8.self)
        for prefix in scope.prefixes {
            if let entry = entry(MacroName(name, prefix: MacroName(prefix))) { return entry.value }
            if let parameter = ParameterDefaults.parameter(key, subsystem: ASCII.lowercased(prefix)) { return parameter.value ?? [] }
        }
        return entry(name)?.value ?? ParameterDefaults.inherited(key)?.value
    }

    /// The entry or default that a lookup of `name` finds: its full name, unexpanded value and position.
    func find(_ name: String, _ scope: ConfigurationScope) -> ConfigurationEntry? {
        let name = MacroName(name)
        let key = String(decoding: name.bytes, as: UTF8.self)
        if let local = scope.localName, let entry = entry(MacroName(name, prefix: MacroName(local))) { return entry }
        if let subsystem = scope.subsystem {
            if let entry = entry(MacroName(name, prefix: MacroName(subsystem))) { return entry }
            if let parameter = ParameterDefaults.parameter(key, subsystem: ASCII.lowercased(subsystem)) {
                return Self.entry(parameter, prefix: subsystem)
            }
        }
        if let entry = entry(name) { return entry }
        if let dot = key.utf8.firstIndex(of: ASCII.dot) {
            let prefix = String(key[..<dot])
            if let parameter = ParameterDefaults.parameter(String(key[key.utf8.index(after: dot)...]), subsystem: prefix) {
                return Self.entry(parameter, prefix: prefix)
            }
        }
        return ParameterDefaults.parameter(key).map { Self.entry($0, prefix: nil) }
    }

    private static func entry(_ parameter: ParameterDefault, prefix: String?) -> ConfigurationEntry {
        let prefix = prefix.map { ASCII.uppercased($0) + "." } ?? ""
        return ConfigurationEntry(
            name: prefix + parameter.name, value: parameter.value ?? [], position: .defaults, sourceLine: nil,
            matchesDefault: true)
    }
}
