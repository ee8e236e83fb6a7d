/// Why an expansion had to be given up. HTCondor itself would run on for ever or until memory ends.
struct MacroLimitError: Error {
    var message: String
}

/// How much work may be spent, in bytes looked at or moved. Shared by everything that belongs to one load or one query.
struct MacroBudget {
    /// The longest text an expansion may have at any moment.
    static let longestText = 4 << 20
    /// Functions inside functions (`$INT(A)` with `A = $INT(B)` …).
    static let deepestNesting = 32
    /// The most macros replaced in one expansion.
    static let mostReplacements = 20_000

    private(set) var remaining: Int

    init(_ work: Int = 64 << 20) {
        remaining = work
    }

    mutating func spend(_ work: Int) throws(MacroLimitError) {
        remaining -= work
        if remaining < 0 {
            throw MacroLimitError(message: "the macros need too much work to expand; does one refer to itself?")
        }
    }
}

/// Replaces macros by their values.
struct MacroExpander {
    let table: MacroTable
    let context: MacroContext
    let environment: [String: String]
    var budget: MacroBudget
    /// What could not be evaluated. The text stands for it where HTCondor's tools go on, too.
    private(set) var failures: [String] = []
    var depth = 0

    init(_ table: MacroTable, _ context: MacroContext, environment: [String: String], budget: MacroBudget = MacroBudget()) {
        self.table = table
        self.context = context
        self.environment = environment
        self.budget = budget
    }

    mutating func fail(_ message: String) {
        if failures.count < 16 { failures.append(message) }
    }

    func lookUp(_ name: some Collection<UInt8>) -> [UInt8]? {
        table.lookUp(String(decoding: name, as: UTF8.self), context)
    }

    /// All macros, then `$(DOLLAR)`.
    mutating func expand(_ text: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        try descend()
        defer { depth -= 1 }
        return try replaceDollars(try replace(text, .expandable))
    }

    mutating func descend() throws(MacroLimitError) {
        guard depth < MacroBudget.deepestNesting else {
            throw MacroLimitError(message: "macro functions are nested too deep; does one refer to itself?")
        }
        depth += 1
    }

    mutating func replaceDollars(_ expanded: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        var dollars = MacroScanner(.dollar, limit: budget.remaining)
        var result = MacroText(expanded)
        var examined = 0
        while let match = result.next(&dollars) {
            try budget.spend(dollars.examinedBytes - examined + 1)
            examined = dollars.examinedBytes
            result.replace(match, with: CollectionOfOne(ASCII.dollar))
        }
        try budget.spend(dollars.examinedBytes - examined)
        return result.bytes
    }

    /// Only references to the name itself, and, if it begins with the prefix of the subsystem or local name, to what follows the prefix.
    mutating func expandSelf(_ text: [UInt8], name: String) throws(MacroLimitError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        let bytes = Array(name.utf8)
        var names = [bytes]
        for prefix in [context.localName, context.subsystem] {
            guard let prefix = prefix.map({ Array($0.utf8) }), bytes.count > prefix.count + 1 else { continue }
            if bytes[prefix.count] == ASCII.dot, ASCII.equal(bytes.prefix(prefix.count), prefix) {
                names.append(Array(bytes[(prefix.count + 1)...]))
                break
            }
        }
        return try replace(text, .names(names))
    }

    private mutating func replace(_ text: [UInt8], _ selection: MacroSelection) throws(MacroLimitError) -> [UInt8] {
        var scanner = MacroScanner(selection, limit: budget.remaining)
        var result = MacroText(text)
        var replacements = 0
        var examined = 0
        while let match = result.next(&scanner) {
            let value = try evaluate(match, in: result)
            result.replace(match, with: value)
            replacements += 1
            try budget.spend(scanner.examinedBytes - examined + value.count + match.dollar - match.resume)
            examined = scanner.examinedBytes
            try checkSize(result.count, replacements)
        }
        try budget.spend(scanner.examinedBytes - examined)
        return result.bytes
    }

    func checkSize(_ count: Int, _ replacements: Int) throws(MacroLimitError) {
        guard count <= MacroBudget.longestText, replacements <= MacroBudget.mostReplacements else {
            throw MacroLimitError(message: "the macros expand without end or to more than 4 MiB; does one refer to itself?")
        }
    }

    mutating func evaluate(_ match: MacroMatch, in text: MacroText) throws(MacroLimitError) -> [UInt8] {
        let body = text.body(of: match)
        guard let function = match.function else {
            let (name, fallback) = Self.split(body, at: ASCII.colon)
            let value = lookUp(name) ?? []
            return value.isEmpty ? fallback.map(Array.init) ?? [] : value
        }
        return try evaluate(function, body, prefix: text.prefix(of: match))
    }

    /// The parts before and after the first `separator`.
    static func split(_ body: [UInt8], at separator: UInt8) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        guard let position = body.firstIndex(of: separator) else { return (body[...], nil) }
        return (body[..<position], body[(position + 1)...])
    }
}
