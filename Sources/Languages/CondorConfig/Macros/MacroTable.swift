/// A named place in a configuration: which source, line and metaknob statement set a value.
struct MacroPosition: Sendable, Hashable {
    /// Index into `MacroTable.sources`.
    var source: Int
    /// 1-based; nil for what has no lines (defaults, environment, detected facts).
    var line: Int?
    var metaknob: MetaknobReference?
    /// 0-based statement within the metaknob's template.
    var metaknobStatement = 0
    /// 1-based byte column of the value in its line; 0 when unknown.
    var column = 0

    static let detected = MacroPosition(source: 0)
    static let defaults = MacroPosition(source: 1)
    static let environment = MacroPosition(source: 2)
}

struct MetaknobReference: Sendable, Hashable {
    var category: String
    var name: String
}

/// One assigned name.
struct MacroEntry: Sendable {
    /// The spelling of the first assignment.
    var name: String
    /// Unexpanded.
    var value: [UInt8]
    var position: MacroPosition
    /// The line the value came from, for messages; nil when it is long or there is none.
    var sourceLine: String?
    /// The value is the one the parameter has by default.
    var matchesDefault: Bool
}

/// Where names are looked up: with which prefixes.
struct MacroContext: Sendable {
    var subsystem: String?
    var localName: String?
}

/// The assignments of a configuration, unexpanded, by name without regard to ASCII case.
struct MacroTable: Sendable {
    private(set) var entries: [MacroEntry] = []
    private var indices: [String: Int] = [:]
    /// The names of what has been read, in order; the first four are no files.
    private(set) var sources = ["<Detected>", "<Default>", "<Environment>", "<Over>"]

    mutating func addSource(_ name: String) -> Int {
        sources.append(name)
        return sources.count - 1
    }

    func entry(_ name: String) -> MacroEntry? { indices[name.lowercasedASCII].map { entries[$0] } }

    /// Sets `name`. A first assignment of exactly the default value is not kept (as HTCondor does), unless the name has a prefix.
    mutating func insert(_ name: String, _ value: [UInt8], at position: MacroPosition, sourceLine: String? = nil) {
        let key = name.lowercasedASCII
        var isPrefixed = false
        var parameter = ParameterDefaults.parameter(key)
        if parameter == nil, let dot = key.utf8.firstIndex(of: ASCII.dot) {
            isPrefixed = true
            parameter = ParameterDefaults.parameter(String(key[key.utf8.index(after: dot)...]))
        }
        let matchesDefault = parameter?.value.map { Self.isSame($0, value) } ?? false
        let entry = MacroEntry(
            name: name, value: value, position: position, sourceLine: sourceLine, matchesDefault: matchesDefault)
        if let index = indices[key] {
            let spelling = entries[index].name
            entries[index] = entry
            entries[index].name = spelling
        } else if !matchesDefault || isPrefixed {
            indices[key] = entries.count
            entries.append(entry)
        }
    }

    private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a == b || (ASCII.equal(a, b) && (ASCII.equal(a, "true") || ASCII.equal(a, "false")))
    }

    /// The unexpanded value of a name: with the local name as prefix, with the subsystem as prefix, plain, and the defaults; nil if
    /// there is none.
    func lookUp(_ name: String, _ context: MacroContext) -> [UInt8]? {
        let key = name.lowercasedASCII
        for prefix in [context.localName, context.subsystem] {
            guard let prefix else { continue }
            let prefixKey = prefix.lowercasedASCII
            if let index = indices["\(prefixKey).\(key)"] { return entries[index].value }
            if let parameter = ParameterDefaults.parameter(key, subsystem: prefixKey) { return parameter.value ?? [] }
        }
        if let index = indices[key] { return entries[index].value }
        return ParameterDefaults.inherited(key)?.value
    }

    /// Which entry or default a query for `name` finds: its full name, unexpanded value and place.
    func find(_ name: String, _ context: MacroContext) -> MacroEntry? {
        let key = name.lowercasedASCII
        if let local = context.localName, let index = indices["\(local.lowercasedASCII).\(key)"] { return entries[index] }
        if let subsystem = context.subsystem {
            let prefixKey = subsystem.lowercasedASCII
            if let index = indices["\(prefixKey).\(key)"] { return entries[index] }
            if let parameter = ParameterDefaults.parameter(key, subsystem: prefixKey) {
                return Self.entry(parameter, prefix: subsystem)
            }
        }
        if let index = indices[key] { return entries[index] }
        if let dot = key.utf8.firstIndex(of: ASCII.dot) {
            let prefix = String(key[..<dot])
            if let parameter = ParameterDefaults.parameter(String(key[key.utf8.index(after: dot)...]), subsystem: prefix) {
                return Self.entry(parameter, prefix: prefix)
            }
        }
        return ParameterDefaults.parameter(key).map { Self.entry($0, prefix: nil) }
    }

    private static func entry(_ parameter: ParameterDefault, prefix: String?) -> MacroEntry {
        let prefix = prefix.map { $0.uppercasedASCII + "." } ?? ""
        return MacroEntry(
            name: prefix + parameter.name, value: parameter.value ?? [], position: .defaults, sourceLine: nil,
            matchesDefault: true)
    }
}

extension String {
    var uppercasedASCII: String {
        String(decoding: utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
}
