import MacroLanguage
import Text

/// A named place in a configuration: which source, line and metaknob statement set a value.
struct ConfigurationPosition: Sendable, Hashable {
    /// Index into `ConfigurationTable.sources`.
    var source: Int
    /// 1-based; nil for what has no lines (defaults, environment, detected facts).
    var line: Int?
    var metaknob: MetaknobReference?
    /// 0-based statement within the metaknob's template.
    var metaknobStatement = 0
    /// 1-based byte column of the value in its line; 0 when unknown.
    var column = 0

    static let detected = ConfigurationPosition(source: 0)
    static let defaults = ConfigurationPosition(source: 1)
    static let environment = ConfigurationPosition(source: 2)
}

struct MetaknobReference: Sendable, Hashable {
    var category: String
    var name: String
}

/// One assigned name.
struct ConfigurationEntry: NamedMacro {
    /// The spelling of the first assignment.
    var name: String
    /// Unexpanded.
    var value: [UInt8]
    var position: ConfigurationPosition
    /// The line the value came from, for messages; nil when it is long or there is none.
    var sourceLine: String?
    /// The value is the one the parameter has by default.
    var matchesDefault: Bool

    var key: MacroName { MacroName(name) }
}

/// The prefixes under which names are looked up.
struct ConfigurationScope: Sendable {
    var subsystem: String?
    var localName: String?

    /// In the order they are tried.
    var prefixes: [String] { [localName, subsystem].compactMap { $0 } }
}

/// The assignments of a configuration, unexpanded, by name without regard to ASCII case.
struct ConfigurationTable: Sendable {
    private var macros = MacroTable<ConfigurationEntry>()
    /// The names of the sources read, in order; the first four are no files.
    private(set) var sources = ["<Detected>", "<Default>", "<Environment>", "<Over>"]

    mutating func addSource(_ name: String) -> Int {
        sources.append(name)
        return sources.count - 1
    }

    var entries: [ConfigurationEntry] { macros.items }

    func entry(_ name: String) -> ConfigurationEntry? { entry(MacroName(name)) }

    private func entry(_ key: MacroName) -> ConfigurationEntry? { macros.position(of: key).map { macros[$0] } }

    /// Sets `name`. A first assignment of exactly the default value is not kept (as HTCondor does), unless the name has a prefix.
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

    /// The unexpanded value of a name: with the local name as prefix, with the subsystem as prefix, plain, and the defaults; nil if
    /// there is none.
    func lookUp(_ name: String, _ scope: ConfigurationScope) -> [UInt8]? { lookUp(MacroName(name), scope) }

    func lookUp(_ name: MacroName, _ scope: ConfigurationScope) -> [UInt8]? {
        let key = String(decoding: name.bytes, as: UTF8.self)
        for prefix in scope.prefixes {
            if let entry = entry(MacroName(name, prefix: MacroName(prefix))) { return entry.value }
            if let parameter = ParameterDefaults.parameter(key, subsystem: ASCII.lowercased(prefix)) { return parameter.value ?? [] }
        }
        return entry(name)?.value ?? ParameterDefaults.inherited(key)?.value
    }

    /// Which entry or default a query for `name` finds: its full name, unexpanded value and place.
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
