/// Reads the statements of a description into a macro table, up to one `queue` statement after the other
/// (condor_utils/config.cpp, `Parse_macros` with submit syntax).
final class SubmitReader {
    /// A statement cut at its operator.
    private struct Statement {
        /// The first word.
        var name: Bytes
        /// `=`, `:`, `@` (for `@=`), `+` (for `+=`), or nil.
        var op: UInt8?
        /// What is put between the old value and the added one by `+=`.
        var joint: Bytes = [0x20]
        var opOffset: Int
        var valueOffset: Int
        var hasWordsBeforeOp: Bool
    }

    private struct HereDocument {
        var name: Bytes
        var tag: Bytes
        var data: Bytes = []
        var map: SourceMap
        var start: SourcePosition
    }

    private static let deepestInclude = 10
    private static let mostNames = 20_000

    let context: MacroContext
    let findings: Findings
    private let files: (any SubmitFiles)?
    private let parameters: SubmitParameters
    private let version: (Int, Int, Int)

    init(context: MacroContext, findings: Findings, files: (any SubmitFiles)?, parameters: SubmitParameters) {
        self.context = context
        self.findings = findings
        self.files = files
        self.parameters = parameters
        var fields: [Int] = []
        let numbers = tokens(of: parameters.submitVersion, separatedBy: " ").dropFirst().first ?? ""
        for field in numbers.utf8.split(separator: ASCII.dot) { fields.append(Numbers.leadingInteger(field) ?? 0) }
        version = fields.count >= 3 ? (fields[0], fields[1], fields[2]) : (25, 14, 1)
    }

    /// Reads on to the next `queue` statement; nil at the end of the text.
    func readToQueue(_ lines: inout LineReader) -> LogicalLine? { read(&lines, depth: 0) }

    /// Reads lines that are appended to the description.
    func readAppended(_ text: String) {
        let source = SourceText(name: "<append>", bytes: Bytes(text.utf8))
        var lines = LineReader(source, textIndex: findings.add(source))
        _ = read(&lines, depth: 1)
    }

    // MARK: Statements

    private func read(_ lines: inout LineReader, depth: Int) -> LogicalLine? {
        var conditions = ConditionStack()
        var here: HereDocument?
        var lastLine: LogicalLine?
        while var line = lines.next() {
            if line.bytes.isEmpty || line.bytes[0] == ASCII.hash { continue }
            if findings.isFull { return nil }
            guard line.bytes.count <= SubmitDescription.longestLine else {
                findings.error("the line is longer than \(SubmitDescription.longestLine) bytes", at: line.map.first)
                continue
            }
            lastLine = line
            if var document = here {
                here = nil  // So that nothing is copied.
                if line.bytes[0] == ASCII.at, line.bytes.dropFirst().elementsEqual(document.tag) {
                    assign(document.name, document.data, document.map, at: document.start)
                } else {
                    if !document.data.isEmpty { document.data.append(ASCII.newline) }
                    let start = line.map.first
                    document.map.add(offset: document.data.count, line: start.line, column: start.column)
                    document.data += line.bytes
                    here = document
                }
                continue
            }
            if line.bytes[0] == ASCII.colon, conditions.isInside || Self.startsWithWord(line.bytes.dropFirst(), "if") {
                line.bytes.removeFirst()
                line.map = line.map.dropping(1)
                if line.bytes.isEmpty { continue }
            }
            if readCondition(line, &conditions) || !conditions.isEnabled { continue }
            switch readStatement(line, depth: depth) {
            case .done: break
            case .here(let document): here = document
            case .queue:
                if depth == 0 { return line }
                findings.error("a queue statement may not stand in an included file or command", at: line.map.first)
            }
        }
        if let here {
            findings.error("end of the description while looking for '@\(ASCII.string(here.tag))'", at: here.start)
        }
        if conditions.isInside {
            findings.error("endif(s) not found before the end of the description", at: lastLine?.map.first)
        }
        return nil
    }

    /// Whether `text` begins with the word, in any case, followed by blank space or nothing.
    private static func startsWithWord(_ text: ArraySlice<UInt8>, _ word: String) -> Bool {
        guard ASCII.hasPrefixIgnoringCase(text, word) else { return false }
        return text.dropFirst(word.utf8.count).first.map(ASCII.isSpace) ?? true
    }

    private func readCondition(_ line: LogicalLine, _ conditions: inout ConditionStack) -> Bool {
        let text = line.bytes[...]
        let start = line.map.first
        func condition(_ keyword: String) -> Bool {
            let expression = Bytes(text.dropFirst(keyword.utf8.count).drop(while: ASCII.isSpace))
            let place = line.map.position(of: line.bytes.count - expression.count)
            context.complaints = []
            defer { reportComplaints(at: place) }
            do {
                return try Condition.evaluate(expression, in: context, version: version)
            } catch let invalid as Condition.Invalid {
                findings.error("'\(ASCII.string(expression))' is not a valid \(keyword) condition: \(invalid.reason)", at: place)
            } catch let failure as ExpansionFailure {
                report(failure, in: "the condition", at: place)
            } catch {
                findings.error("the condition cannot be evaluated", at: place)
            }
            return false
        }
        if Self.startsWithWord(text, "if") {
            let value = conditions.isEnabled && condition("if")
            if !conditions.begin(value) { findings.error("if nesting is too deep", at: start) }
            return true
        }
        if Self.startsWithWord(text, "else") {
            if let complaint = conditions.complaint(about: "else") {
                findings.error(complaint, at: start)
            } else {
                conditions.otherwise()
            }
            return true
        }
        if Self.startsWithWord(text, "elif") {
            if let complaint = conditions.complaint(about: "elif") {
                findings.error(complaint, at: start)
            } else {
                conditions.otherwise(if: conditions.needsCondition && condition("elif"))
            }
            return true
        }
        if Self.startsWithWord(text, "endif") {
            if !conditions.end() { findings.error("endif without matching if", at: start) }
            return true
        }
        return false
    }

    private enum Outcome {
        case done
        case here(HereDocument)
        case queue
    }

    private func cut(_ text: Bytes) -> Statement? {
        func isOp(_ byte: UInt8) -> Bool { byte == ASCII.equals || byte == ASCII.colon }
        guard let nameEnd = text.firstIndex(where: { ASCII.isSpace($0) || isOp($0) }) else { return nil }
        var statement = Statement(
            name: Bytes(text[..<nameEnd]), op: text[nameEnd], opOffset: nameEnd, valueOffset: nameEnd + 1, hasWordsBeforeOp: false)
        var position = nameEnd + 1
        if !isOp(text[nameEnd]) {
            func ends(_ byte: UInt8) -> Bool { isOp(byte) || byte == ASCII.at || byte == ASCII.plus }
            while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
            statement.hasWordsBeforeOp = position < text.count && !ends(text[position])
            while position < text.count, !ends(text[position]) { position += 1 }
            statement.opOffset = position
            statement.op = position < text.count ? text[position] : nil
            position += 1
            if statement.op == ASCII.at || statement.op == ASCII.plus {
                if statement.op == ASCII.plus, position < text.count, Set(",;|&*".utf8).contains(text[position]) {
                    let separator = text[position]
                    statement.joint = [separator]
                    position += 1
                    if position < text.count, text[position] == separator {
                        statement.joint = [0x20, separator, separator, 0x20]
                        position += 1
                    }
                }
                if position < text.count, text[position] == ASCII.equals { position += 1 } else { statement.op = nil }
            }
        }
        while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
        statement.valueOffset = min(position, text.count)
        return statement
    }

    private func readStatement(_ line: LogicalLine, depth: Int) -> Outcome {
        let text = line.bytes
        let start = line.map.first
        guard let statement = cut(text) else { return queueOrError(line) }
        let value = Bytes(text[statement.valueOffset...])
        let valueMap = line.map.dropping(statement.valueOffset)
        let hasAt = statement.name.first == ASCII.at
        let keyword = ASCII.string(ASCII.lowercased(statement.name.dropFirst(hasAt ? 1 : 0)))
        if statement.op == ASCII.colon {
            let between = ASCII.trimmed(text[statement.name.count..<statement.opOffset])
            switch keyword {
            case "use":
                use(category: Bytes(between), value, valueMap, depth: depth)
                return .done
            case "error":
                findings.error(ASCII.string(expandedText(value, at: valueMap.first)), at: start)
                return .done
            case "warning":
                findings.warning(ASCII.string(expandedText(value, at: valueMap.first)), at: start)
                return .done
            case "include":
                include(options: Bytes(between), value, line, statement.valueOffset, depth: depth)
                return .done
            default: break
            }
        }
        if statement.hasWordsBeforeOp { return queueOrError(line) }
        guard let name = expanded(statement.name, in: "the name", at: start) else { return .done }
        if statement.op == ASCII.equals, let first = name.first, first == ASCII.plus || first == UInt8(ascii: "-") {
            let attribute = Bytes("MY.".utf8) + name.dropFirst()
            insert(attribute, first == ASCII.plus ? value : [], valueMap, at: start)
            return .done
        }
        guard let op = statement.op, op == ASCII.equals || op == ASCII.at || op == ASCII.plus, !ASCII.equalIgnoringCase(name, "queue".utf8)
        else { return queueOrError(line) }
        guard !name.isEmpty, name.allSatisfy(ASCII.isNameByte) else {
            findings.error(
                "illegal identifier '\(ASCII.string(name))'", at: start,
                expected: "a name of letters, digits, '_', '.' and '/' before the operator")
            return .done
        }
        if op == ASCII.at {
            return .here(HereDocument(name: name, tag: value, map: SourceMap(text: start.text), start: start))
        }
        if op == ASCII.plus, let current = context.lookup(name), !current.isEmpty {
            context.remainingWork -= current.count
            guard context.remainingWork > 0 else {
                report(ExpansionFailure(reason: .endless, offset: 0), in: "the value of '\(ASCII.string(name))'", at: start)
                return .done
            }
            assign(name, current + statement.joint + value, valueMap, at: start, isVerbatim: false)
        } else {
            assign(name, value, valueMap, at: start)
        }
        return .done
    }

    private func queueOrError(_ line: LogicalLine) -> Outcome {
        if QueueStatement.arguments(of: line.bytes) != nil { return .queue }
        let first = tokens(of: line.bytes, separatedBy: " \t").first ?? []
        if QueueStatement.isDAGCommand(first) {
            findings.error("this is a DAG file, not a submit description", at: line.map.first)
            return .done
        }
        let word = ASCII.string(first.prefix { ASCII.isNameByte($0) || $0 == ASCII.plus })
        let known = CommandTable.names + ["queue", "include", "use", "if", "else", "elif", "endif"]
        let isCommand = known.contains { ASCII.equalIgnoringCase($0, word) }
        findings.error(
            "cannot parse '\(ASCII.string(line.bytes.prefix(80)))'", at: line.map.first,
            expected: isCommand && word != "queue" ? "'=' behind '\(word)'" : "'name = value' or a queue statement",
            suggestion: isCommand ? nil : Suggestion.command(for: word))
        return .done
    }

    // MARK: Values

    private func assign(_ name: Bytes, _ value: Bytes, _ map: SourceMap, at start: SourcePosition, isVerbatim: Bool = true) {
        do {
            let expanded = try context.expandSelf(value, name: name)
            insert(name, expanded, map, at: start, isVerbatim: isVerbatim && expanded == value)
        } catch {
            report(error, in: "the value of '\(ASCII.string(name))'", at: map.position(of: error.offset))
        }
    }

    private func insert(_ name: Bytes, _ value: Bytes, _ map: SourceMap, at start: SourcePosition, isVerbatim: Bool = true) {
        if context.table.find(name) == nil, context.table.items.count >= Self.mostNames {
            findings.error("the description defines more than \(Self.mostNames) names", at: start)
            return
        }
        guard context.table.find(name) != nil else {
            context.table.set(name, to: value, origin: .description, map: map, isVerbatim: isVerbatim)
            return
        }
        do {
            let expanded = try context.expandSelf(value, name: name)
            context.table.set(name, to: expanded, origin: .description, map: map, isVerbatim: isVerbatim && expanded == value)
        } catch {
            report(error, in: "the value of '\(ASCII.string(name))'", at: map.position(of: error.offset))
        }
    }

    private func expanded(_ text: Bytes, in what: String, at position: SourcePosition) -> Bytes? {
        context.complaints = []
        defer { reportComplaints(at: position) }
        do {
            return try context.expand(text)
        } catch {
            report(error, in: what, at: position)
            return nil
        }
    }

    private func expandedText(_ text: Bytes, at position: SourcePosition) -> Bytes { expanded(text, in: "the message", at: position) ?? [] }

    func reportComplaints(at position: SourcePosition?) {
        for complaint in context.complaints { findings.warning(complaint.message, at: position) }
        context.complaints = []
    }

    func report(_ failure: ExpansionFailure, in what: String, at position: SourcePosition?) {
        switch failure.reason {
        case .environment(let name):
            findings.error("$ENV(\(name)) would read this server's environment, which a submitted description may not", at: position)
        case .tooLarge:
            findings.error("\(what) expands to more than \(MacroContext.longestValue) bytes", at: position)
        case .endless:
            findings.error("expanding \(what) does not come to an end", at: position)
        }
    }

    // MARK: Other texts

    private func use(category: Bytes, _ value: Bytes, _ map: SourceMap, depth: Int) {
        guard let category = expanded(category, in: "the category", at: map.first) else { return }
        let name = ASCII.uppercased(ASCII.string(category))
        guard !name.isEmpty else {
            findings.error("'use' needs a category before the ':'", at: map.first)
            return
        }
        guard name == "STRICT" || name == "TEMPLATE" else {
            findings.error("'use \(ASCII.string(category))' is not known", at: map.first, expected: "'use strict' or 'use template'")
            return
        }
        guard depth < Self.deepestInclude else {
            findings.error("'use' statements are nested too deep", at: map.first)
            return
        }
        for template in SubmitTemplate.uses(in: ASCII.string(value)) {
            guard let body = SubmitTemplate.body(category: name, template, parameters) else {
                findings.error("'use \(ASCII.string(category))' does not know '\(template.name)'", at: map.first)
                return
            }
            let source = SourceText(name: "\(name):\(template.name)", bytes: Bytes(body.utf8))
            var lines = LineReader(source, textIndex: findings.add(source))
            _ = read(&lines, depth: depth + 1)
        }
    }

    private func include(options: Bytes, _ value: Bytes, _ line: LogicalLine, _ valueOffset: Int, depth: Int) {
        let start = line.map.first
        guard let files else {
            findings.error("an include would read a file or run a command of this server, which a submitted description may not", at: start)
            return
        }
        guard let options = IncludeOptions(options) else {
            findings.error("unexpected keyword '\(ASCII.string(options))' after include", at: start)
            return
        }
        guard let name = expanded(value, in: "the name", at: line.map.position(of: valueOffset)) else { return }
        guard depth + 1 < Self.deepestInclude else {
            findings.error("includes are nested too deep", at: start)
            return
        }
        do {
            let bytes = try options.contents(ASCII.string(name), files)
            let source = SourceText(name: ASCII.string(name), bytes: bytes)
            var lines = LineReader(source, textIndex: findings.add(source))
            _ = read(&lines, depth: depth + 1)
        } catch {
            if !options.mayBeMissing { findings.error("cannot include '\(ASCII.string(name))': \(error)", at: start) }
        }
    }
}
