/// HTCondor has a second expander, which replaces macros from the left and never looks back; the index of `$CHOICE()` goes through it. Its
/// functions differ from the others (condor_utils/config.cpp, `expand_macro` of a `std::string`).
extension MacroExpander {
    /// All macros but `$(DOLLAR)`, that one too if `dollarToo`. At the first function that cannot be evaluated it ends.
    mutating func expandInPlace(_ text: [UInt8], dollarToo: Bool = false) throws(MacroLimitError) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        try descend()
        defer { depth -= 1 }
        var scanner = MacroScanner(.expandable, limit: budget.remaining)
        var result = MacroText(text)
        var replacements = 0
        var examined = 0
        while var match = result.next(&scanner) {
            guard let value = try evaluateInPlace(match, in: result) else { break }
            match.resume = match.dollar
            result.replace(match, with: value)
            replacements += 1
            try budget.spend(scanner.examinedBytes - examined + value.count)
            examined = scanner.examinedBytes
            try checkSize(result.count, replacements)
        }
        try budget.spend(scanner.examinedBytes - examined)
        return dollarToo ? try replaceDollars(result.bytes) : result.bytes
    }

    /// nil, and noted, where the macro is wrong.
    private mutating func evaluateInPlace(_ match: MacroMatch, in text: MacroText) throws(MacroLimitError) -> [UInt8]? {
        let body = text.body(of: match)
        switch match.function {
        case nil:
            return try evaluate(match, in: text)
        case .env:
            let (name, fallback) = Self.split(body, at: ASCII.colon)
            guard let value = environment[String(decoding: name, as: UTF8.self)] else { return fallback.map(Array.init) ?? Array("UNDEFINED".utf8) }
            // An empty variable counts as none where there is a default.
            return value.isEmpty ? fallback.map(Array.init) ?? [] : Array(value.utf8)
        case .randomChoice:
            guard !body.isEmpty else { return wrong("$RANDOM_CHOICE() has nothing to choose from") }
            let items = body.contains(ASCII.comma) ? body : try argument(0, of: body) ?? []
            let count = items.count { $0 == ASCII.comma } + 1
            return item(Int.random(in: 0..<count), of: items[...]).map { Array($0) }
        case .randomInteger:
            return randomIntegerInPlace(body)
        case .choice:
            return try choiceInPlace(body)
        case .substring:
            return try substringInPlace(body)
        case .integer, .real:
            return try numberInPlace(body, isReal: match.function == .real)
        case .string:
            let format = Self.split(body, at: ASCII.comma).1
            let layout = format.flatMap { PrintfFormat($0, for: .string) }
            if format != nil, layout == nil { return wrong("$STRING() cannot use its format") }
            let value = try argument(0, of: body) ?? []
            let result = ExpressionText.string(value) ?? value
            return layout?.apply(result) ?? result
        case .evaluate:
            let expanded = try expandInPlace(lookUp(body) ?? body, dollarToo: true)
            return ExpressionText.value(expanded) ?? expanded
        case .basename, .dirname, .filename:
            guard let value = lookUp(body) else { return [] }
            let path = try expandInPlace(value)
            if match.function == .basename { return FilenameParts.basename.select(from: path) }
            if match.function == .dirname { return FilenameParts.dirname.select(from: path) }
            return FilenameParts(options: Array(text.prefix(of: match).dropFirst())).select(from: path)
        }
    }

    private mutating func wrong(_ message: String) -> [UInt8]? {
        fail(message)
        return nil
    }

    /// The value of the macro that an argument names, or else the argument, expanded; nil if there is no such argument.
    mutating func argument(_ index: Int, of body: [UInt8]) throws(MacroLimitError) -> [UInt8]? {
        guard let name = item(index, of: body[...]) else { return nil }
        return try expandInPlace(lookUp(name) ?? Array(name))
    }

    /// The number of 32 bits that an argument stands for.
    private mutating func integerArgument(_ index: Int, of body: [UInt8]) throws(MacroLimitError) -> Int? {
        guard let value = NumberText.integer(try argument(index, of: body) ?? []) else { return nil }
        return value >= Int64(Int32.min) && value < Int64(Int32.max) ? Int(value) : nil
    }

    /// Here the step must be given.
    private mutating func randomIntegerInPlace(_ body: [UInt8]) -> [UInt8]? {
        let numbers = (0..<3).map { item($0, of: body[...]).flatMap { NumberText.leadingInteger($0) } }
        guard let minimum = numbers[0], let maximum = numbers[1], let step = numbers[2], step >= 1, minimum <= maximum else {
            return wrong("$RANDOM_INTEGER() needs a minimum, a maximum and a step here")
        }
        let (distance, overflow) = maximum.subtractingReportingOverflow(minimum)
        guard !overflow else { return wrong("the range of $RANDOM_INTEGER() is too wide") }
        return Array("\(minimum + Int64.random(in: 0...(distance / step)) * step)".utf8)
    }

    private mutating func choiceInPlace(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8]? {
        guard let comma = body.firstIndex(of: ASCII.comma) else { return wrong("$CHOICE() has no list") }
        guard let index = try integerArgument(0, of: body), index >= 0 else { return wrong("$CHOICE() has no valid index") }
        var items = Array(body[(comma + 1)...])
        if !items.contains(ASCII.comma) {
            guard let list = lookUp(ASCII.trimmed(items[...])) else { return wrong("$CHOICE() has no list") }
            items = try expandInPlace(list)
        }
        guard let item = item(index, of: items[...]) else { return wrong("the index \(index) of $CHOICE() is behind the end of the list") }
        return Array(item)
    }

    /// With two arguments the second one is the length.
    private mutating func substringInPlace(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8]? {
        guard let text = try argument(0, of: body), !text.isEmpty else { return [] }
        let hasStart = item(2, of: body[...]) != nil
        guard var length = try integerArgument(hasStart ? 2 : 1, of: body) else { return wrong("$SUBSTR() has no valid length") }
        var start = 0
        if hasStart {
            guard let value = try integerArgument(1, of: body) else { return wrong("$SUBSTR() has no valid start") }
            start = min(max(0, value < 0 ? text.count + value : value), text.count)
        }
        let rest = text.count - start
        if length < 0 { length += rest }
        return Array(text[start..<(start + min(max(0, length), rest))])
    }

    private mutating func numberInPlace(_ body: [UInt8], isReal: Bool) throws(MacroLimitError) -> [UInt8]? {
        var format: PrintfFormat?
        if let text = Self.split(body, at: ASCII.comma).1 {
            format = PrintfFormat(text, for: isReal ? .real : .integer)
            if format == nil { return wrong("\(isReal ? "$REAL()" : "$INT()") cannot use its format") }
        }
        let text = try argument(0, of: body) ?? []
        if isReal {
            guard let number = NumberText.real(text) else { return wrong("$REAL() needs a number") }
            let result = (format ?? .real).apply(number)
            return format == nil || result.contains(ASCII.dot) ? result : result + Array(".0".utf8)
        }
        guard let number = NumberText.integer(text) else { return wrong("$INT() needs an integer") }
        return format?.apply(number) ?? Array("\(number)".utf8)
    }
}
