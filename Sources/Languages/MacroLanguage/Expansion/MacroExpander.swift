import Text

/// A macro function with wrong arguments. HTCondor reports it and continues, usually with an empty value.
package struct MacroComplaint: Sendable, Hashable {
    package var message: String
    /// The outermost macro's byte offset in the text that was expanded.
    package var offset: Int
}

/// Replaces macros by their values (HTCondor 25.14, condor_utils/config.cpp).
///
/// HTCondor has two expanders with functions of their own. `expand` starts again from the left after each macro; `expandInPlace` and
/// `expandSelectively` never go back.
package struct MacroExpander {
    package let source: any MacroSource
    package private(set) var budget: MacroBudget
    /// The macros that were wrong, no more than 100.
    package private(set) var complaints: [MacroComplaint] = []
    private var depth = 0
    /// The position of the current macro in the outermost text.
    private var origin = 0

    private static let mostComplaints = 100

    package init(_ source: any MacroSource, budget: MacroBudget = MacroBudget()) {
        self.source = source
        self.budget = budget
    }

    mutating func complain(_ message: String) {
        if complaints.count < Self.mostComplaints { complaints.append(MacroComplaint(message: message, offset: origin)) }
    }

    func lookUp(_ name: some Collection<UInt8>) -> [UInt8]? { source.value(of: ArraySlice(name)) }

    // MARK: Expanding

    /// Replaces all macros except `$$()`, which refers to the matched machine. `$(DOLLAR)` is replaced last.
    package mutating func expand(_ text: [UInt8]) throws(MacroError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        return try replaceDollars(try replace(text, .expandable))
    }

    /// Replaces references to `name` itself, as an assignment does at once. If the name begins with one of the source's prefixes, the name without
    /// the prefix counts too (`expand_self_macro`).
    package mutating func expandSelf(_ text: [UInt8], name: [UInt8]) throws(MacroError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        var names = [name]
        for prefix in source.prefixes where name.count > prefix.count + 1 {
            guard name[prefix.count] == ASCII.dot, ASCII.equalIgnoringCase(name.prefix(prefix.count), prefix) else { continue }
            names.append(Array(name[(prefix.count + 1)...]))
            break
        }
        return try replace(text, .names(names))
    }

    private mutating func replace(_ text: [UInt8], _ selection: MacroSelection) throws(MacroError) -> [UInt8] {
        try descend()
        defer { depth -= 1 }
        var search = MacroSearch(text, selection)
        while let match = try next(&search) { try replace(match, in: &search, with: try evaluate(match, in: search.text)) }
        return search.text.bytes
    }

    private mutating func replaceDollars(_ text: [UInt8]) throws(MacroError) -> [UInt8] {
        var search = MacroSearch(text, .dollar)
        while let match = try next(&search) { try replace(match, in: &search, with: [ASCII.dollar]) }
        return search.text.bytes
    }

    /// Replaces all macros except `$$()` from the left; `$(DOLLAR)` only with `dollarToo`. The first wrong function ends the expansion
    /// (`expand_macro` of a `std::string`).
    mutating func expandInPlace(_ text: [UInt8], dollarToo: Bool = false) throws(MacroError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        try descend()
        defer { depth -= 1 }
        var search = MacroSearch(text, .expandable)
        while let match = try next(&search) {
            guard let value = try evaluateInPlace(match, in: search.text) else { break }
            try replaceInPlace(match, in: &search, with: value)
        }
        return dollarToo ? try replaceDollars(search.text.bytes) : search.text.bytes
    }

    /// Replaces everything that depends on none of the names `kept`. `isPending` tells whether a macro was left (`selective_expand_macro`, which
    /// makes the digest for late materialization).
    package mutating func expandSelectively(
        _ text: [UInt8], keeping kept: Set<MacroName>
    ) throws(MacroError) -> (value: [UInt8], isPending: Bool) {
        guard text.contains(ASCII.dollar) else { return (text, false) }
        try descend()
        defer { depth -= 1 }
        var search = MacroSearch(text, .unkept(kept))
        var isPending = false
        while let match = try next(&search) {
            guard try canEvaluate(match, in: search.text, keeping: kept), let value = try evaluateInPlace(match, in: search.text) else {
                isPending = true
                search.text.pass(match)
                continue
            }
            try replaceInPlace(match, in: &search, with: value)
        }
        return (search.text.bytes, isPending || search.scanner.hasKept)
    }

    /// Whether the values that a function looks up can be expanded completely.
    private mutating func canEvaluate(_ match: MacroMatch, in text: MacroText, keeping kept: Set<MacroName>) throws(MacroError) -> Bool {
        guard let function = match.function, ![.env, .randomChoice, .randomInteger].contains(function) else { return true }
        let body = text.body(of: match)[...]
        // HTCondor reads past the parenthesis here: the white space before it is kept, and a comma after it counts.
        func name(at start: Int) -> ArraySlice<UInt8> {
            let rest = ASCII.withoutLeadingSpace(body[start...])
            return rest.firstIndex(of: ASCII.comma).map { ASCII.trimmed(rest[..<$0]) } ?? rest
        }
        var names = [name(at: body.startIndex)]
        if function == .choice, let comma = body.firstIndex(of: ASCII.comma),
            !text.remainder(from: match).dropFirst(comma + 1).contains(ASCII.comma)
        {
            names.append(name(at: comma + 1))
        }
        for name in names {
            guard let value = lookUp(name) else { continue }
            if kept.contains(MacroName(name)) { return false }
            if try expandSelectively(value, keeping: kept).isPending { return false }
        }
        return true
    }

    // MARK: Limits

    private mutating func descend() throws(MacroError) {
        guard depth < MacroBudget.deepestNesting else { throw MacroError(.nesting, offset: origin) }
        depth += 1
    }

    /// Finds the next macro of the search, and deducts the cost.
    private mutating func next(_ search: inout MacroSearch) throws(MacroError) -> MacroMatch? {
        let match = search.next(limit: budget.remaining)
        try spend(search.unpaidWork())
        if depth == 1, let match, let place = search.text.origin(of: match) { origin = place }
        return match
    }

    private mutating func replace(
        _ match: MacroMatch, in search: inout MacroSearch, with value: some Collection<UInt8>
    ) throws(MacroError) {
        search.replace(match, with: value)
        guard search.text.count <= MacroBudget.longestText else { throw MacroError(.size, offset: origin) }
        guard search.replacements <= MacroBudget.mostReplacements else { throw MacroError(.endless, offset: origin) }
        try spend(value.count + match.dollar - match.resume + MacroBudget.workPerMacro)
    }

    private mutating func replaceInPlace(_ match: MacroMatch, in search: inout MacroSearch, with value: [UInt8]) throws(MacroError) {
        var match = match
        match.resume = match.dollar
        try replace(match, in: &search, with: value)
    }

    private mutating func spend(_ work: Int) throws(MacroError) {
        do {
            try budget.spend(work)
        } catch {
            throw MacroError(error.reason, offset: origin)
        }
    }

    /// A function's value.
    /// - Throws: if it is nil because it would be too long.
    func checked(_ value: [UInt8]?) throws(MacroError) -> [UInt8] {
        guard let value else { throw MacroError(.size, offset: origin) }
        return value
    }

    func environmentVariable(_ name: ArraySlice<UInt8>) throws(MacroError) -> [UInt8]? {
        do {
            return try source.environmentVariable(String(decoding: name, as: UTF8.self)).map { Array($0.utf8) }
        } catch {
            throw MacroError(error.reason, offset: origin)
        }
    }
}
