import Text

/// The functions of `expand` (HTCondor 25.14, condor_utils/config.cpp, `evaluate_macro_func` with a `char *` body). A function with wrong arguments
/// is recorded in `complaints`; its value is the one with which HTCondor continues.
extension MacroExpander {
    /// Numbers in `$RANDOM_INTEGER` are truncated to this length, the size of HTCondor's buffer.
    private static let randomIntegerBytes = 19

    mutating func evaluate(_ match: MacroMatch, in text: MacroText) throws(MacroError) -> [UInt8] {
        let body = text.body(of: match)
        guard let function = match.function else { return reference(body) }
        switch function {
        case .env:
            let (name, fallback) = split(body, at: ASCII.colon)
            return try environmentVariable(name) ?? fallback.map(Array.init) ?? Array("UNDEFINED".utf8)
        case .randomChoice: return try randomChoice(body)
        case .randomInteger: return randomInteger(body)
        case .choice: return try choice(body)
        case .substring: return try substring(body)
        case .integer: return try number(body, isReal: false)
        case .real: return try number(body, isReal: true)
        case .string: return try string(body)
        case .evaluate: return try evaluateExpression(body)
        case .basename: return try basename(body)
        case .dirname: return FilenameParts.dirname.select(from: try valueOrText(body))
        case .filename: return fileParts(text.prefix(of: match)).select(from: try valueOrText(body))
        }
    }

    /// `$(NAME)` and `$(NAME:default)`.
    func reference(_ body: [UInt8]) -> [UInt8] {
        let (name, fallback) = split(body, at: ASCII.colon)
        let value = lookUp(name) ?? []
        return value.isEmpty ? fallback.map(Array.init) ?? [] : value
    }

    func fileParts(_ prefix: [UInt8]) -> FilenameParts {
        var parts = FilenameParts(options: prefix.dropFirst())
        if parts.needsDirectory { parts.directory = source.directory }
        return parts
    }

    func shown(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The expanded value of the macro with this name, or else the expanded text itself.
    private mutating func valueOrText(_ name: some Collection<UInt8>) throws(MacroError) -> [UInt8] {
        try expand(lookUp(name) ?? Array(name))
    }

    private mutating func randomChoice(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        var items = ASCII.tokens(of: body[...], separatedBy: [ASCII.comma])
        if items.count == 1, let list = lookUp(items[0]) {
            items = ASCII.tokens(of: try expand(list)[...], separatedBy: ASCII.listSeparators)
        }
        guard !items.isEmpty else {
            complain("$RANDOM_CHOICE() has nothing to choose from")
            return []
        }
        return Array(items[source.randomNumber(below: items.count)])
    }

    private mutating func randomInteger(_ body: [UInt8]) -> [UInt8] {
        let arguments = ASCII.tokens(of: body[...], separatedBy: [ASCII.comma])
        func argument(_ index: Int) -> Int64? { arguments.count > index ? NumberText.leadingInteger(arguments[index]) : nil }
        var minimum = argument(0) ?? 0
        if argument(0) == nil { complain("$RANDOM_INTEGER() needs an integer as its minimum") }
        let maximum = argument(1) ?? minimum
        if argument(1) == nil { complain("$RANDOM_INTEGER() needs an integer as its maximum") }
        var step = arguments.count > 2 ? argument(2) ?? 0 : 1
        if step < 1 {
            complain("$RANDOM_INTEGER() needs a positive integer as its step")
            step = 1
        }
        if minimum > maximum {
            complain("$RANDOM_INTEGER(): the minimum is above the maximum")
            minimum = maximum
        }
        guard let number = randomNumber(from: minimum, to: maximum, step: step) else {
            complain("$RANDOM_INTEGER(): the range is too wide")
            return Array("\(minimum)".utf8)
        }
        return Array("\(number)".utf8.prefix(Self.randomIntegerBytes))
    }

    /// HTCondor draws 31 bits and calculates with 64, which may overflow. Nil where HTCondor divides by zero and crashes.
    func randomNumber(from minimum: Int64, to maximum: Int64, step: Int64) -> Int64? {
        let count = ((step &+ maximum &- minimum) / step).magnitude
        guard count > 0 else { return nil }
        return minimum &+ Int64(source.randomNumber(below: Int(min(count, 1 << 31)))) &* step
    }

    private mutating func choice(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        let selector = try argument(0, of: body) ?? []
        var index = 0
        if let value = NumberText.integer(selector, truncatesAsC: true), value >= 0, value < Int64(Int32.max) {
            index = Int(value)
        } else {
            complain("$CHOICE() cannot use '\(shown(selector))' as an index")
        }
        guard let comma = body.firstIndex(of: ASCII.comma) else {
            complain("$CHOICE() has no list")
            return []
        }
        var items = body[(comma + 1)...]
        if !items.contains(ASCII.comma) {
            let name = ASCII.trimmed(items)
            guard let list = lookUp(name) else {
                complain("$CHOICE() finds no list named '\(shown(name))'")
                return []
            }
            items = try expand(list)[...]
        }
        guard let item = listItem(index, of: items) else {
            complain("$CHOICE(): the index \(index) is out of range")
            return []
        }
        return Array(item)
    }

    private mutating func substring(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        let (name, arguments) = split(body, at: ASCII.comma)
        guard let arguments else {
            complain("$SUBSTR() needs a start")
            return []
        }
        let (startText, lengthText) = split(Array(arguments), at: ASCII.comma)
        guard let start = try substringArgument(startText, "start", below: Int64(Int32.max)) else { return [] }
        var length = Int(Int32.max / 2)
        if let lengthText {
            guard let given = try substringArgument(lengthText, "length", below: Int64(Int32.max) + 1) else { return [] }
            length = given
        }
        guard let value = lookUp(name) else { return [] }
        return Self.substring(of: try expand(value), start, length)
    }

    private mutating func substringArgument(_ argument: ArraySlice<UInt8>, _ what: String, below limit: Int64) throws(MacroError) -> Int? {
        let value = try valueOrText(argument)
        if let number = NumberText.integer(value, truncatesAsC: true), number >= Int64(Int32.min), number < limit { return Int(number) }
        complain("$SUBSTR() cannot use '\(shown(value))' as its \(what)")
        return nil
    }

    /// A negative start counts from the end, and so does a negative length.
    static func substring(of text: [UInt8], _ start: Int, _ length: Int) -> [UInt8] {
        let first = min(max(0, start < 0 ? start + text.count : start), text.count)
        let available = text.count - first
        let count = min(max(0, length < 0 ? length + available : length), available)
        return Array(text[first..<(first + count)])
    }

    /// `$INT(name,format)` and `$REAL(name,format)`.
    private mutating func number(_ body: [UInt8], isReal: Bool) throws(MacroError) -> [UInt8] {
        let (name, formatText) = split(body, at: ASCII.comma)
        let label = isReal ? "$REAL()" : "$INT()"
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: isReal ? .real : .integer)
            if format == nil {
                complain("\(label) cannot use the format '\(shown(formatText))'")
                return Array(formatText)
            }
        }
        let value = try valueOrText(name)
        if isReal {
            guard let number = NumberText.real(value) else {
                complain("\(label): '\(shown(value))' is not a number")
                return []
            }
            return (format ?? .real).applyCut(number)
        }
        guard let number = NumberText.integer(value, truncatesAsC: true) else {
            complain("\(label): '\(shown(value))' is not an integer")
            return []
        }
        return format?.applyCut(number) ?? Array("\(number)".utf8)
    }

    private mutating func string(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        let (name, formatText) = split(body, at: ASCII.comma)
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: .string)
            if format == nil {
                complain("$STRING() cannot use the format '\(shown(formatText))'")
                return Array(formatText)
            }
        }
        let source = try valueOrText(name)
        let value = ExpressionText.string(source) ?? source
        return try format.map { format throws(MacroError) in try checked(format.apply(value)) } ?? value
    }

    private mutating func evaluateExpression(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        let source = lookUp(body) ?? body
        let expanded = try expand(source)
        return ExpressionText.value(expanded) ?? (source.contains(ASCII.dollar) ? expanded : [])
    }

    private mutating func basename(_ body: [UInt8]) throws(MacroError) -> [UInt8] {
        guard let comma = body.lastIndex(of: ASCII.comma) else { return FilenameParts.basename.select(from: try valueOrText(body)) }
        let suffix = Array(ASCII.withoutLeadingSpace(body[(comma + 1)...]))
        return FilenameParts.basename.select(from: try valueOrText(body[..<comma]), removingSuffix: suffix)
    }
}
