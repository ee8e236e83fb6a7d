extension MacroContext {
    /// What a macro expands to, one level deep (condor_utils/config.cpp, `evaluate_macro_func`).
    func evaluate(_ match: MacroMatch, in text: Bytes, origin: Int) throws(ExpansionFailure) -> Bytes {
        let body = Bytes(text[match.body])
        switch match.function {
        case .reference:
            let (name, fallback) = Self.splitDefault(body)
            let value = lookup(name)
            if let fallback, value?.isEmpty ?? true { return fallback }
            return value ?? []
        case .matched:
            return Bytes(text[match.dollar..<match.end])
        case .environment:
            let (name, fallback) = Self.splitDefault(body)
            guard let environment else {
                throw ExpansionFailure(reason: .environment(ASCII.string(name)), offset: origin)
            }
            if let value = environment(ASCII.string(name)) { return Bytes(value.utf8) }
            return fallback ?? Bytes("UNDEFINED".utf8)
        case .randomChoice:
            return try randomChoice(body, origin)
        case .randomInteger:
            return randomInteger(body, origin)
        case .choice:
            return try choice(body, origin)
        case .substring:
            return try substring(body, origin)
        case .integer:
            return try number(body, isReal: false, origin)
        case .real:
            return try number(body, isReal: true, origin)
        case .string:
            return try stringFunction(body, origin)
        case .evaluate:
            let value = lookup(body)
            let source = try expandNested(value ?? body)
            if let result = Expressions.evaluated(ASCII.string(source)) { return Bytes(result.utf8) }
            return (value ?? body).contains(ASCII.dollar) ? source : []
        case .baseName, .directoryName, .fileName:
            return try fileName(match, body: body, letters: text[match.letters])
        }
    }

    static func splitDefault(_ body: Bytes) -> (name: Bytes, fallback: Bytes?) {
        guard let colon = body.firstIndex(of: ASCII.colon) else { return (body, nil) }
        return (Bytes(body[..<colon]), Bytes(body[(colon + 1)...]))
    }

    /// Splits at the first comma.
    private static func splitArgument(_ body: Bytes) -> (first: Bytes, rest: Bytes?) {
        guard let comma = body.firstIndex(of: ASCII.comma) else { return (body, nil) }
        return (Bytes(body[..<comma]), Bytes(body[(comma + 1)...]))
    }

    private func expandNested(_ value: Bytes) throws(ExpansionFailure) -> Bytes {
        value.contains(ASCII.dollar) ? try expand(value) : value
    }

    /// The value of the macro `argument` names, expanded; the argument itself if there is no such macro.
    private func argumentValue(_ argument: Bytes) throws(ExpansionFailure) -> Bytes {
        try expandNested(lookup(argument) ?? argument)
    }

    private func randomChoice(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        var entries = tokens(of: body, separatedBy: ",")
        if entries.count == 1, let list = lookup(entries[0]) { entries = tokens(of: try expandNested(list)) }
        guard !entries.isEmpty else {
            complain("$RANDOM_CHOICE() has nothing to choose from", origin)
            return []
        }
        return entries[randomNumber(below: entries.count)]
    }

    private func randomInteger(_ body: Bytes, _ origin: Int) -> Bytes {
        let entries = tokens(of: body, separatedBy: ",")
        func entry(_ index: Int) -> Int? { index < entries.count ? Numbers.leadingInteger(entries[index]) : nil }
        var minimum = 0
        if let value = entry(0) { minimum = value } else { complain("$RANDOM_INTEGER() has an invalid min", origin) }
        var maximum = minimum
        if let value = entry(1) { maximum = value } else { complain("$RANDOM_INTEGER() has an invalid max", origin) }
        var step = entries.count > 2 ? entry(2) ?? 1 : 1
        if step < 1 {
            complain("$RANDOM_INTEGER() has an invalid step", origin)
            step = 1
        }
        if minimum > maximum {
            complain("$RANDOM_INTEGER() has min > max", origin)
            minimum = maximum
        }
        let span = maximum.subtractingReportingOverflow(minimum)
        let count = span.overflow ? Int.max : span.partialValue / step
        let offset = count == Int.max ? randomNumber(below: Int.max) : randomNumber(below: count + 1)
        return Bytes(String(minimum &+ offset &* step).utf8)
    }

    private func choice(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        let argument = Bytes(listItem(body[...], at: 0) ?? [])
        let indexText = try expandInPlace(lookup(argument) ?? argument, origin)
        var index = 0
        if let value = Numbers.integerOrExpression(ASCII.string(indexText)), value >= 0, value < Int64(Int32.max) {
            index = Int(value)
        } else {
            complain("$CHOICE(): '\(ASCII.string(indexText))' is an invalid index", origin)
        }
        guard let comma = body.firstIndex(of: ASCII.comma) else {
            complain("$CHOICE() has no list", origin)
            return []
        }
        var items = Bytes(body[(comma + 1)...])
        if !items.contains(ASCII.comma) {
            let name = ASCII.trimmed(items)
            guard let list = lookup(name) else {
                complain("$CHOICE(): there is no list named '\(ASCII.string(name))'", origin)
                return []
            }
            items = try expandNested(list)
        }
        guard let item = listItem(items[...], at: index) else {
            complain("$CHOICE(): index \(index) is out of range", origin)
            return []
        }
        return Bytes(item)
    }

    private func substring(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        let (name, arguments) = Self.splitArgument(body)
        guard let arguments else {
            complain("$SUBSTR() has no length", origin)
            return []
        }
        let (startArgument, lengthArgument) = Self.splitArgument(arguments)
        let startText = ASCII.string(try argumentValue(startArgument))
        guard let startValue = Numbers.integerOrExpression(startText), let start = Int32(exactly: startValue), start < Int32.max else {
            complain("$SUBSTR(): '\(startText)' is an invalid start index", origin)
            return []
        }
        var length = Int(Int32.max) / 2
        if let lengthArgument {
            let lengthText = ASCII.string(try argumentValue(lengthArgument))
            guard let value = Numbers.integerOrExpression(lengthText), let exact = Int32(exactly: value) else {
                complain("$SUBSTR(): '\(lengthText)' is an invalid length", origin)
                return []
            }
            length = Int(exact)
        }
        guard let value = lookup(name) else { return [] }
        let text = try expandNested(value)
        var first = Int(start)
        if first < 0 { first += text.count }
        first = min(max(0, first), text.count)
        let rest = text.count - first
        if length < 0 { length += rest }
        length = min(max(0, length), rest)
        return Bytes(text[first..<first + length])
    }

    private func number(_ body: Bytes, isReal: Bool, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        let function = isReal ? "$REAL()" : "$INT()"
        let (name, formatText) = Self.splitArgument(body)
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: isReal ? .real : .integer)
            guard format != nil else {
                complain("\(function): '\(ASCII.string(formatText))' is not a valid format", origin)
                return formatText
            }
        }
        let text = ASCII.string(try argumentValue(name))
        if isReal {
            guard let value = Numbers.realOrExpression(text) else {
                complain("\(function): '\(text)' is not a number", origin)
                return []
            }
            var result = (format ?? PrintfFormat.shortestReal).formatted(value, limit: 55)
            if format != nil, !result.contains(ASCII.dot) { result += Bytes(".0".utf8) }
            return result
        }
        guard let value = Numbers.integerOrExpression(text) else {
            complain("\(function): '\(text)' does not evaluate to an integer", origin)
            return []
        }
        return format?.formatted(value, limit: 55) ?? Bytes(String(value).utf8)
    }

    private func stringFunction(_ body: Bytes, _ origin: Int) throws(ExpansionFailure) -> Bytes {
        let (name, formatText) = Self.splitArgument(body)
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: .string)
            guard format != nil else {
                complain("$STRING(): '\(ASCII.string(formatText))' is not a valid format", origin)
                return formatText
            }
        }
        let text = ASCII.string(try argumentValue(name))
        let value = Bytes((Expressions.evaluatedString(text) ?? text).utf8)
        return format?.formatted(value) ?? value
    }
}
