/// HTCondor has a second expander, which replaces macros inside of one text from the left and never looks back. It reads the index of
/// `$CHOICE()` and makes the digest of late materialization, and its functions differ from the others (condor_utils/config.cpp,
/// `expand_macro` of a `std::string`).
extension MacroContext {
    /// Everything expanded but `$$()` and, unless `dollarToo`, `$(DOLLAR)`. At the first function that cannot be evaluated it ends.
    func expandInPlace(_ value: Bytes, dollarToo: Bool = false, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        guard value.contains(ASCII.dollar) else { return value }
        try descend()
        defer { ascend() }
        var text = value
        var position = 0
        while let match = MacroScanner.next(
            in: text, from: position, work: &remainingWork,
            accept: { !($0.function == .reference && Self.isDollar(text[$0.body])) })
        {
            guard let replacement = try evaluateInPlace(match, in: text, origin) else {
                complain("\(ASCII.string(text[match.dollar..<match.body.lowerBound]))): '\(ASCII.string(text[match.body]))' is wrong", origin)
                break
            }
            try replaceInPlace(match, in: &text, with: replacement)
            position = match.dollar
        }
        guard remainingWork > 0 else { throw ExpansionFailure(reason: .endless, offset: origin) }
        return dollarToo ? replaceDollar(in: text) : text
    }

    func replaceInPlace(_ match: MacroMatch, in text: inout Bytes, with replacement: Bytes) throws(ExpansionFailure) {
        remainingWork -= Self.workPerMacro + text.count - match.dollar
        guard remainingWork > 0 else { throw ExpansionFailure(reason: .endless, offset: 0) }
        guard text.count + replacement.count <= Self.longestValue else { throw ExpansionFailure(reason: .tooLarge, offset: 0) }
        text.replaceSubrange(match.dollar..<match.end, with: replacement)
    }

    /// What one macro expands to; nil if it is wrong.
    func evaluateInPlace(_ match: MacroMatch, in text: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes? {
        let body = Bytes(text[match.body])
        switch match.function {
        case .reference:
            return try evaluate(match, in: text, origin: origin)
        case .environment:
            let (name, fallback) = Self.splitDefault(body)
            let value = try evaluate(match, in: text, origin: origin)
            // An empty variable counts as none where there is a default.
            return value.isEmpty && environment?(ASCII.string(name)) != nil ? fallback ?? [] : value
        case .matched:
            return Bytes(text[match.dollar..<match.end])
        case .randomChoice:
            guard !body.isEmpty else { return nil }
            let items = body.contains(ASCII.comma) ? body : try argument(0, of: body, origin) ?? []
            return listItem(items[...], at: randomNumber(below: items.count { $0 == ASCII.comma } + 1)).map { Bytes($0) }
        case .randomInteger:
            return randomIntegerInPlace(body)
        case .choice:
            return try choiceInPlace(body, origin)
        case .substring:
            return try substringInPlace(body, origin)
        case .integer, .real:
            return try numberInPlace(body, isReal: match.function == .real, origin)
        case .string:
            var format: PrintfFormat?
            if let comma = body.firstIndex(of: ASCII.comma) {
                format = PrintfFormat(Bytes(body[(comma + 1)...]), for: .string)
                if format == nil { return nil }
            }
            let value = try argument(0, of: body, origin) ?? []
            let result = Expressions.evaluatedString(ASCII.string(value)).map { Bytes($0.utf8) } ?? value
            return format?.formatted(result) ?? result
        case .evaluate:
            let source = try expandInPlace(lookup(body) ?? body, dollarToo: true, origin)
            return Expressions.evaluated(ASCII.string(source)).map { Bytes($0.utf8) } ?? source
        case .baseName, .directoryName, .fileName:
            guard let value = lookup(body) else { return [] }
            return fileName(of: try expandInPlace(value, origin), match, letters: text[match.letters])
        }
    }

    /// The value of the macro that an argument names, or else the argument, expanded; nil if there is no such argument.
    private func argument(_ index: Int, of body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes? {
        guard let name = listItem(body[...], at: index) else { return nil }
        return try expandInPlace(lookup(Bytes(name)) ?? Bytes(name), origin)
    }

    /// The number that an argument stands for; nil if it is none of 32 bits.
    private func integerArgument(_ index: Int, of body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Int? {
        let text = try argument(index, of: body, origin) ?? []
        guard let value = Numbers.integerOrExpression(ASCII.string(text)), Int32(exactly: value) != nil, value < Int64(Int32.max) else { return nil }
        return Int(value)
    }

    /// Here the step must be given.
    private func randomIntegerInPlace(_ body: Bytes) -> Bytes? {
        let numbers = (0..<3).map { listItem(body[...], at: $0).flatMap { Numbers.leadingInteger($0) } }
        guard let minimum = numbers[0], let maximum = numbers[1], let step = numbers[2], step >= 1, minimum <= maximum else { return nil }
        let (span, overflow) = maximum.subtractingReportingOverflow(minimum)
        guard !overflow, span / step < Int.max else { return nil }
        return Bytes(String(minimum + randomNumber(below: span / step + 1) * step).utf8)
    }

    private func choiceInPlace(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes? {
        guard let comma = body.firstIndex(of: ASCII.comma), let index = try integerArgument(0, of: body, origin), index >= 0 else { return nil }
        var items = Bytes(body[(comma + 1)...])
        if !items.contains(ASCII.comma) {
            guard let list = lookup(ASCII.trimmed(items)) else { return nil }
            items = try expandInPlace(list, origin)
        }
        return listItem(items[...], at: index).map { Bytes($0) }
    }

    /// With two arguments the second one is the length.
    private func substringInPlace(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes? {
        guard let text = try argument(0, of: body, origin), !text.isEmpty else { return [] }
        let hasStart = listItem(body[...], at: 2) != nil
        guard var length = try integerArgument(hasStart ? 2 : 1, of: body, origin) else { return nil }
        var start = 0
        if hasStart {
            guard let value = try integerArgument(1, of: body, origin) else { return nil }
            start = min(max(0, value < 0 ? text.count + value : value), text.count)
        }
        let rest = text.count - start
        if length < 0 { length += rest }
        return Bytes(text[start..<(start + min(max(0, length), rest))])
    }

    private func numberInPlace(_ body: Bytes, isReal: Bool, _ origin: Int) throws(ExpansionFailure) -> Bytes? {
        var format: PrintfFormat?
        if let comma = body.firstIndex(of: ASCII.comma) {
            format = PrintfFormat(Bytes(body[(comma + 1)...]), for: isReal ? .real : .integer)
            if format == nil { return nil }
        }
        let text = ASCII.string(try argument(0, of: body, origin) ?? [])
        if isReal {
            guard let value = Numbers.realOrExpression(text) else { return nil }
            let result = (format ?? PrintfFormat.shortestReal).formatted(value, limit: Self.longestValue)
            return format == nil || result.contains(ASCII.dot) ? result : result + Bytes(".0".utf8)
        }
        guard let value = Numbers.integerOrExpression(text) else { return nil }
        return format?.formatted(value, limit: Self.longestValue) ?? Bytes(String(value).utf8)
    }
}
