import Text

/// The functions of `expandInPlace` and `expandSelectively`, which are used for the index of `$CHOICE()` and for digests. They differ from those of
/// `expand` (HTCondor 25.14, condor_utils/config.cpp, `evaluate_macro_func` with a `std::string` buffer).
extension MacroExpander {
    /// A macro's value; nil, with a complaint, if the macro is wrong.
    mutating func evaluateInPlace(_ match: MacroMatch, in text: MacroText) throws(MacroError) -> [UInt8]? {
        let body = text.body(of: match)
        guard let function = match.function else { return reference(body) }
        switch function {
        case .env:
            let (name, fallback) = split(body, at: ASCII.colon)
            guard let value = try environmentVariable(name) else { return fallback.map(Array.init) ?? Array("UNDEFINED".utf8) }
            // If there is a default, an empty variable counts as missing.
            return value.isEmpty ? fallback.map(Array.init) ?? [] : value
        case .randomChoice:
            guard !body.isEmpty else { return wrong("$RANDOM_CHOICE() has nothing to choose from") }
            let items = body.contains(ASCII.comma) ? body : try argument(0, of: body) ?? []
            let count = items.count { $0 == ASCII.comma } + 1
            return listItem(source.randomNumber(below: count), of: items[...]).map { Array($0) }
        case .randomInteger:
            return randomIntegerInPlace(body)
        case .choice:
            return try choiceInPlace(body)
        case .substring:
            return try substringInPlace(body)
        case .integer, .real:
            return try numberInPlace(body, isReal: function == .real)
        case .string:
            return try stringInPlace(body)
        case .evaluate:
            let expanded = try expandInPlace(lookUp(body) ?? body, dollarToo: true)
            return ExpressionText.value(expanded) ?? expanded
        case .basename, .dirname, .filename:
            guard let value = lookUp(body) else { return [] }
            let path = try expandInPlace(value)
            if function == .basename { return FilenameParts.basename.select(from: path) }
            return (function == .dirname ? FilenameParts.dirname : fileParts(text.prefix(of: match))).select(from: path)
        }
    }

    private mutating func wrong(_ message: String) -> [UInt8]? {
        complain(message)
        return nil
    }

    /// The value of the macro that an argument names, or else the expanded argument; nil if there is no such argument.
    mutating func argument(_ index: Int, of body: [UInt8]) throws(MacroError) -> [UInt8]? {
        guard let name = listItem(index, of: body[...]) else { return nil }
        return try expandInPlace(lookUp(name) ?? Array(name))
    }

    /// An argument as a number below 2^31 - 1.
    private mutating func integerArgument(_ index: Int, of body: [UInt8]) throws(MacroError) -> Int? {
        guard let value = NumberText.integer(try argument(index, of: body) ?? [], truncatesAsC: true) else { return nil }
        return value >= Int64(Int32.min) && value < Int64(Int32.max) ? Int(value) : nil
    }

    /// Here the step is mandatory, and numbers are not truncated.
    private mutating func randomIntegerInPlace(_ body: [UInt8]) -> [UInt8]? {
        let numbers = (0..<3).map { listItem($0, of: body[...]).flatMap { NumberText.leadingInteger($0) } }
        guard let minimum = numbers[0], let maximum = numbers[1], let step = numbers[2], step >= 1, minimum <= maximum else {
            return wrong("$RANDOM_INTEGER() needs a minimum, a maximum and a step here")
        }
        guard let number = randomNumber(from: minimum, to: maximum, step: step) else { return wrong("$RANDOM_INTEGER(): the range is too wide") }
        return Array("\(number)".utf8)
    }

    private mutating func choiceInPlace(_ body: [UInt8]) throws(MacroError) -> [UInt8]? {
        guard let comma = body.firstIndex(of: ASCII.comma) else { return wrong("$CHOICE() has no list") }
        guard let index = try integerArgument(0, of: body), index >= 0 else { return wrong("$CHOICE() has no valid index") }
        var items = body[(comma + 1)...]
        if !items.contains(ASCII.comma) {
            guard let list = lookUp(ASCII.trimmed(items)) else { return wrong("$CHOICE() has no list") }
            items = try expandInPlace(list)[...]
        }
        guard let item = listItem(index, of: items) else { return wrong("$CHOICE(): the index \(index) is out of range") }
        return Array(item)
    }

    /// If there are two arguments, the second one is the length.
    private mutating func substringInPlace(_ body: [UInt8]) throws(MacroError) -> [UInt8]? {
        guard let text = try argument(0, of: body), !text.isEmpty else { return [] }
        let hasStart = listItem(2, of: body[...]) != nil
        guard let length = try integerArgument(hasStart ? 2 : 1, of: body) else { return wrong("$SUBSTR() has no valid length") }
        guard let start = hasStart ? try integerArgument(1, of: body) : 0 else { return wrong("$SUBSTR() has no valid start") }
        return Self.substring(of: text, start, length)
    }

    private mutating func numberInPlace(_ body: [UInt8], isReal: Bool) throws(MacroError) -> [UInt8]? {
        var format: PrintfFormat?
        if let text = split(body, at: ASCII.comma).1 {
            format = PrintfFormat(text, for: isReal ? .real : .integer)
            if format == nil { return wrong("\(isReal ? "$REAL()" : "$INT()") cannot use the format '\(shown(text))'") }
        }
        let text = try argument(0, of: body) ?? []
        if isReal {
            guard let number = NumberText.real(text) else { return wrong("$REAL(): '\(shown(text))' is not a number") }
            return try checked((format ?? .real).apply(number))
        }
        guard let number = NumberText.integer(text, truncatesAsC: true) else { return wrong("$INT(): '\(shown(text))' is not an integer") }
        guard let format else { return Array("\(number)".utf8) }
        return try checked(format.apply(number))
    }

    private mutating func stringInPlace(_ body: [UInt8]) throws(MacroError) -> [UInt8]? {
        var format: PrintfFormat?
        if let text = split(body, at: ASCII.comma).1 {
            format = PrintfFormat(text, for: .string)
            if format == nil { return wrong("$STRING() cannot use the format '\(shown(text))'") }
        }
        let value = try argument(0, of: body) ?? []
        let result = ExpressionText.string(value) ?? value
        guard let format else { return result }
        return try checked(format.apply(result))
    }
}
