/// The macro functions (HTCondor 25.14, condor_utils/config.cpp). What goes wrong is noted in `failures`; the result is then what HTCondor's
/// tools go on with.
extension MacroExpander {
    mutating func evaluate(
        _ function: MacroFunction, _ body: [UInt8], prefix: [UInt8]
    ) throws(MacroLimitError) -> [UInt8] {
        switch function {
        case .env: environmentValue(body)
        case .randomChoice: try randomChoice(body)
        case .randomInteger: randomInteger(body)
        case .choice: try choice(body)
        case .substring: try substring(body)
        case .integer: try number(body, isReal: false)
        case .real: try number(body, isReal: true)
        case .string: try string(body)
        case .evaluate: try evaluateExpression(body)
        case .basename: try basename(body)
        case .dirname: FilenameParts.dirname.select(from: try valueOrText(body))
        case .filename: FilenameParts(options: Array(prefix.dropFirst())).select(from: try valueOrText(body))
        }
    }

    private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The expanded value of the macro of that name, or else the text itself, expanded.
    private mutating func valueOrText(_ name: some Collection<UInt8>) throws(MacroLimitError) -> [UInt8] {
        try expand(lookUp(name) ?? Array(name))
    }

    private func environmentValue(_ body: [UInt8]) -> [UInt8] {
        let (name, fallback) = Self.split(body, at: ASCII.colon)
        if let value = environment[text(name)] { return Array(value.utf8) }
        return fallback.map(Array.init) ?? Array("UNDEFINED".utf8)
    }

    private mutating func randomChoice(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        var items = ASCII.tokens(of: body[...], separatedBy: [ASCII.comma])
        if items.count == 1, let list = lookUp(items[0]) {
            items = ASCII.tokens(of: try expand(list)[...], separatedBy: ASCII.listSeparators)
        }
        guard let item = items.randomElement() else {
            fail("$RANDOM_CHOICE() has nothing to choose from")
            return []
        }
        return Array(item)
    }

    private mutating func randomInteger(_ body: [UInt8]) -> [UInt8] {
        let arguments = ASCII.tokens(of: body[...], separatedBy: [ASCII.comma])
        func argument(_ index: Int) -> Int64? {
            arguments.count > index ? NumberText.leadingInteger(arguments[index]) : nil
        }
        var minimum = argument(0) ?? 0
        if argument(0) == nil { fail("$RANDOM_INTEGER() needs an integer as its minimum") }
        let maximum = argument(1) ?? minimum
        if argument(1) == nil { fail("$RANDOM_INTEGER() needs an integer as its maximum") }
        var step = arguments.count > 2 ? argument(2) ?? 0 : 1
        if step < 1 {
            fail("$RANDOM_INTEGER() needs a positive integer as its step")
            step = 1
        }
        if minimum > maximum {
            fail("the minimum of $RANDOM_INTEGER() is above its maximum")
            minimum = maximum
        }
        let (distance, overflow) = maximum.subtractingReportingOverflow(minimum)
        guard !overflow else {
            fail("the range of $RANDOM_INTEGER() is too wide")
            return Array("\(minimum)".utf8)
        }
        return Array("\(minimum + Int64.random(in: 0...(distance / step)) * step)".utf8)
    }

    /// The n-th item between commas, trimmed; empty items count.
    func item(_ index: Int, of list: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = list
        var remaining = index
        while remaining > 0 {
            guard let comma = rest.firstIndex(of: ASCII.comma) else { return nil }
            rest = rest[(comma + 1)...]
            remaining -= 1
        }
        return ASCII.trimmed(rest.firstIndex(of: ASCII.comma).map { rest[..<$0] } ?? rest)
    }

    private mutating func choice(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        let selector = try argument(0, of: body) ?? []
        var index = 0
        if let value = NumberText.integer(selector), value >= 0, value < Int64(Int32.max) {
            index = Int(value)
        } else {
            fail("$CHOICE() cannot use '\(text(selector))' as an index")
        }
        guard let comma = body.firstIndex(of: ASCII.comma) else {
            fail("$CHOICE() has no list")
            return []
        }
        var items = ASCII.withoutLeadingSpace(body[(comma + 1)...])
        if !items.contains(ASCII.comma) {
            let name = ASCII.trimmed(items)
            guard let list = lookUp(name) else {
                fail("$CHOICE() finds no list named '\(text(name))'")
                return []
            }
            items = try expand(list)[...]
        }
        guard let item = item(index, of: items) else {
            fail("the index \(index) of $CHOICE() is behind the end of the list")
            return []
        }
        return Array(item)
    }

    private mutating func substring(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        guard let comma = body.firstIndex(of: ASCII.comma) else {
            fail("$SUBSTR() needs a start")
            return []
        }
        let (startText, lengthText) = Self.split(Array(body[(comma + 1)...]), at: ASCII.comma)
        guard var start = try substringArgument(startText, "start") else { return [] }
        var length = Int(Int32.max / 2)
        if let lengthText {
            guard let given = try substringArgument(lengthText, "length") else { return [] }
            length = given
        }
        guard let value = lookUp(body[..<comma]) else { return [] }
        let expanded = try expand(value)
        if start < 0 { start += expanded.count }
        start = min(max(start, 0), expanded.count)
        let available = expanded.count - start
        if length < 0 { length += available }
        length = min(max(length, 0), available)
        return Array(expanded[start..<(start + length)])
    }

    private mutating func substringArgument(_ argument: ArraySlice<UInt8>, _ what: String) throws(MacroLimitError) -> Int? {
        let value = try valueOrText(argument)
        if let number = NumberText.integer(value), number >= Int64(Int32.min), number < Int64(Int32.max) { return Int(number) }
        fail("$SUBSTR() cannot use '\(text(value))' as its \(what)")
        return nil
    }

    /// `$INT(name,format)` and `$REAL(name,format)`.
    private mutating func number(_ body: [UInt8], isReal: Bool) throws(MacroLimitError) -> [UInt8] {
        let (name, formatText) = Self.split(body, at: ASCII.comma)
        let label = isReal ? "$REAL()" : "$INT()"
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: isReal ? .real : .integer)
            if format == nil {
                fail("\(label) cannot use the format '\(text(formatText))'")
                return Array(formatText)
            }
        }
        let value = try valueOrText(name)
        if isReal {
            guard let number = NumberText.real(value) else {
                fail("\(label): '\(text(value))' is not a number")
                return []
            }
            var result = (format ?? .real).apply(number)
            if format != nil, !result.contains(ASCII.dot) { result += Array(".0".utf8) }
            return result
        }
        guard let number = NumberText.integer(value) else {
            fail("\(label): '\(text(value))' is not an integer")
            return []
        }
        return format?.apply(number) ?? Array("\(number)".utf8)
    }

    private mutating func string(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        let (name, formatText) = Self.split(body, at: ASCII.comma)
        var format: PrintfFormat?
        if let formatText {
            format = PrintfFormat(formatText, for: .string)
            if format == nil {
                fail("$STRING() cannot use the format '\(text(formatText))'")
                return Array(formatText)
            }
        }
        let source = try valueOrText(name)
        let value = ExpressionText.string(source) ?? source
        return format?.apply(value) ?? value
    }

    private mutating func evaluateExpression(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        let source = lookUp(body) ?? body
        let expanded = try expand(source)
        return ExpressionText.value(expanded) ?? (source.contains(ASCII.dollar) ? expanded : [])
    }

    private mutating func basename(_ body: [UInt8]) throws(MacroLimitError) -> [UInt8] {
        guard let comma = body.lastIndex(of: ASCII.comma) else { return FilenameParts.basename.select(from: try valueOrText(body)) }
        let suffix = Array(ASCII.withoutLeadingSpace(body[(comma + 1)...]))
        return FilenameParts.basename.select(from: try valueOrText(body[..<comma]), removingSuffix: suffix)
    }
}
