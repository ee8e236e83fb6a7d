import MacroLanguage
import Text

/// Reads a description's statements into a macro table, one `queue` statement after the other (condor_utils/config.cpp, `Parse_macros` with submit
/// syntax).
final class SubmitReader {
    private struct HereDocument {
        var name: Bytes
        var tag: Bytes
        var data: Bytes = []
        var map: SourceMap
        var start: SourcePosition
    }

    private static let deepestInclude = 10
    /// In bytes, including continuation lines.
    private static let longestLine = 1 << 20
    private static let mostNames = 20_000
    private static let mostTemplates = 100

    let context: SubmitContext
    let findings: Findings
    private let files: (any SubmitFiles)?
    private let parameters: SubmitParameters
    private let version: ConditionExpression.Version

    init(context: SubmitContext, findings: Findings, files: (any SubmitFiles)?, parameters: SubmitParameters) {
        self.context = context
        self.findings = findings
        self.files = files
        self.parameters = parameters
        var fields: [Int] = []
        let numbers = tokens(of: parameters.submitVersion, separatedBy: " ").dropFirst().first ?? ""
        for field in numbers.utf8.split(separator: ASCII.dot) { fields.append(Int(NumberText.leadingInteger(field) ?? 0)) }
        version = fields.count >= 3 ? .init(major: fields[0], minor: fields[1], patch: fields[2]) : .current
    }

    /// Reads up to the next `queue` statement; nil at the end of the text.
    func readToQueue(_ lines: inout LogicalLineReader) -> LogicalLine? { read(&lines, depth: 0) }

    /// Reads lines that are appended to the description.
    func readAppended(_ text: String) {
        let source = SourceText(name: "<append>", bytes: Bytes(text.utf8))
        var lines = source.lines(index: findings.add(source))
        _ = read(&lines, depth: 1)
    }

    // MARK: Statements

    private func read(_ lines: inout LogicalLineReader, depth: Int) -> LogicalLine? {
        var conditions = ConditionStack()
        var here: HereDocument?
        var lastLine: LogicalLine?
        while var line = lines.next() {
            if line.bytes.isEmpty || line.bytes[0] == ASCII.hash { continue }
            if findings.isFull { return nil }
            guard line.bytes.count <= Self.longestLine else {
                findings.error("the line is longer than \(Self.longestLine) bytes", at: line.map.first)
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
            let visible = ConditionKeyword.withoutColon(line.bytes[...], isInsideBlock: conditions.isInside)
            if visible.startIndex > 0 {
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
                findings.error("a queue statement is not allowed in an included file or command", at: line.map.first)
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

    /// Handles `if`, `elif`, `else` and `endif`. Returns false for any other line.
    private func readCondition(_ line: LogicalLine, _ conditions: inout ConditionStack) -> Bool {
        guard let (keyword, condition) = ConditionKeyword.find(line.bytes[...]) else { return false }
        var problem: String?
        switch keyword {
        case .if:
            let value = conditions.isEnabled && evaluate(condition, of: keyword, at: line.map.position(of: condition.startIndex))
            if !conditions.beginIf(value) { problem = "if nesting is too deep" }
        case .elif:
            let value = conditions.needsElif && evaluate(condition, of: keyword, at: line.map.position(of: condition.startIndex))
            problem = conditions.beginElif(value)
        case .else:
            problem = conditions.beginElse()
        case .endif:
            problem = conditions.endIf()
        }
        if let problem { findings.error(problem, at: line.map.first) }
        return true
    }

    /// The value of a condition; false, with an error, for any other text.
    private func evaluate(_ condition: ArraySlice<UInt8>, of keyword: ConditionKeyword, at place: SourcePosition) -> Bool {
        let hasMacros = condition.contains(ASCII.dollar)
        guard var text = expanded(Bytes(condition), in: "the condition", at: place) else { return false }
        while hasMacros, let last = text.last, ASCII.isSpace(last) { text.removeLast() }
        switch ConditionExpression(context, version: version).evaluate(text, wasExpanded: hasMacros) {
        case .success(let value):
            return value
        case .failure(let error):
            findings.error("'\(ASCII.string(condition))' is not a valid \(keyword.rawValue) condition: \(error.reason)", at: place)
            return false
        }
    }

    private enum Outcome {
        case done
        case here(HereDocument)
        case queue
    }

    private func readStatement(_ line: LogicalLine, depth: Int) -> Outcome {
        let text = line.bytes
        let start = line.map.first
        guard let statement = MacroStatement(text) else { return queueOrError(line) }
        let value = Bytes(statement.value)
        let valueMap = line.map.dropping(statement.value.startIndex)
        switch statement.keyword {
        case .use:
            use(category: Bytes(statement.keywordText), value, valueMap, depth: depth)
            return .done
        case .error:
            findings.error(ASCII.string(expandedText(value, at: valueMap.first)), at: start)
            return .done
        case .warning:
            findings.warning(ASCII.string(expandedText(value, at: valueMap.first)), at: start)
            return .done
        case .include:
            include(statement, line, depth: depth)
            return .done
        case nil: break
        }
        if statement.hasWordsBeforeOperator { return queueOrError(line) }
        guard let name = expanded(Bytes(statement.name), in: "the name", at: start) else { return .done }
        if statement.operation == .assign, let first = name.first, first == ASCII.plus || first == UInt8(ascii: "-") {
            let attribute = Bytes("MY.".utf8) + name.dropFirst()
            insert(attribute, first == ASCII.plus ? value : [], valueMap, at: start)
            return .done
        }
        guard let operation = statement.operation, operation != .colon, !ASCII.equalIgnoringCase(name, "queue".utf8) else {
            return queueOrError(line)
        }
        guard MacroName.isValid(name) else {
            findings.error(
                "illegal identifier '\(ASCII.string(name))'", at: start,
                expected: "a name of letters, digits, '_', '.' and '/' before the operator")
            return .done
        }
        switch operation {
        case .hereDocument:
            return .here(HereDocument(name: name, tag: value, map: SourceMap(text: start.text), start: start))
        case .append(let separator):
            guard let current = context.lookup(name), !current.isEmpty else {
                assign(name, value, valueMap, at: start)
                return .done
            }
            context.budget.charge(current.count)
            guard context.budget.remaining > 0 else {
                report(MacroError(.work), in: "the value of '\(ASCII.string(name))'", at: start)
                return .done
            }
            assign(name, current + separator + value, valueMap, at: start, isVerbatim: false)
        case .assign, .colon:
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

    func report(_ failure: MacroError, in what: String, at position: SourcePosition?) {
        switch failure.reason {
        case .environment(let name):
            findings.error("$ENV(\(name)) would read this server's environment, which a submitted description must not do", at: position)
        case .size:
            findings.error("\(what) expands to more than \(MacroBudget.longestText) bytes", at: position)
        case .endless, .work, .nesting:
            findings.error("expanding \(what) does not end", at: position)
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
        var offset = 0
        var count = 0
        while let template = MetaknobUse(value, from: &offset) {
            let templateName = ASCII.string(template.name)
            count += 1
            guard count <= Self.mostTemplates else {
                findings.error("'use' names more than \(Self.mostTemplates) templates", at: map.first)
                return
            }
            let body: String?
            do throws(MacroError) {
                body = try SubmitTemplate.body(category: name, template, parameters, &context.budget)
            } catch {
                report(error, in: "the template '\(templateName)'", at: map.first)
                return
            }
            guard let body else {
                findings.error("'use \(ASCII.string(category))' does not know '\(templateName)'", at: map.first)
                return
            }
            let source = SourceText(name: "\(name):\(templateName)", bytes: Bytes(body.utf8))
            var lines = source.lines(index: findings.add(source))
            _ = read(&lines, depth: depth + 1)
        }
    }

    private func include(_ statement: MacroStatement, _ line: LogicalLine, depth: Int) {
        let start = line.map.first
        guard let files else {
            findings.error("an include would read a file or run a command of this server, which a submitted description must not do", at: start)
            return
        }
        // `into` stores the output of a command in a file. Only `condor_submit` does that.
        guard let options = IncludeOptions(statement.keywordText), options.into == nil else {
            findings.error("unexpected keyword '\(ASCII.string(statement.keywordText))' after include", at: start)
            return
        }
        guard let name = expanded(Bytes(statement.value), in: "the name", at: line.map.position(of: statement.value.startIndex)) else { return }
        guard depth + 1 < Self.deepestInclude else {
            findings.error("includes are nested too deep", at: start)
            return
        }
        do {
            let bytes = try files.contents(toInclude: ASCII.string(name), options)
            let source = SourceText(name: ASCII.string(name), bytes: bytes)
            var lines = source.lines(index: findings.add(source))
            _ = read(&lines, depth: depth + 1)
        } catch {
            if !options.mayBeMissing { findings.error("cannot include '\(ASCII.string(name))': \(error)", at: start) }
        }
    }
}
