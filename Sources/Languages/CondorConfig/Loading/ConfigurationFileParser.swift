import Diagnostics
import MacroLanguage
import Text

/// Reads one configuration file (or the output of one program), statement by statement (HTCondor 25.14, `Parse_macros`).
///
/// A wrong statement is reported and skipped, so that one pass finds several errors.
struct ConfigurationFileParser {
    typealias Stop = ConfigurationLoader.Stop

    /// A value that continues until a line `@TAG`.
    private struct HereDocument {
        /// Nil if the text is to be skipped.
        var name: String?
        var tag: [UInt8]
        var text: [UInt8] = []
        var place: ConfigurationPlace

        var label: String { name ?? "@=" }
    }

    let file: String
    let depth: Int
    private let source: Int
    private var lines: LogicalLineReader
    private var conditions = ConditionStack()
    private var hereDocument: HereDocument?
    private var colonAssignments = ColonAssignments.warn
    /// The current line.
    private var line = LogicalLine()
    /// Whether `error : …` ended the file.
    private var isFinished = false

    private enum ColonAssignments {
        case allow, warn, refuse
    }

    init(bytes: [UInt8], source: Int, file: String, depth: Int) {
        self.file = file
        self.depth = depth
        self.source = source
        lines = LogicalLineReader(bytes, longestLine: MacroBudget.longestText, lastLine: .asItStands)
    }

    mutating func parse(into loader: inout ConfigurationLoader) throws(Stop) {
        if lines.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            try loader.stop(
                ConfigurationPlace(file: file, line: 1, column: 1).diagnostic(
                    .error, "the file begins with a byte order mark", expected: "UTF-8 text without one"))
        }
        while !isFinished, try nextLine(&loader) {
            try loader.spend(line.bytes.count + 16, at: place())
            try parseLine(&loader)
        }
        if let hereDocument {
            let tag = String(decoding: hereDocument.tag, as: UTF8.self)
            try loader.report(
                hereDocument.place.diagnostic(
                    .error, "the text of '\(hereDocument.label)' has no end", expected: "a line '@\(tag)' before the end of the file"))
        } else if conditions.isInside, !isFinished {
            try loader.report(place().diagnostic(.error, "an 'if' is not closed", expected: "'endif' before the end of the file"))
        }
    }

    private mutating func nextLine(_ loader: inout ConfigurationLoader) throws(Stop) -> Bool {
        guard let next = lines.next() else { return false }
        if next.isTooLong {
            let place = ConfigurationPlace(file: file, line: lines.lineNumber)
            try loader.stop(place.diagnostic(.error, "the line with its continuations is longer than 4 MiB"))
        }
        line = next
        return true
    }

    // MARK: Places

    /// The longest line that is kept for messages.
    private static let longestSourceLine = 1024

    /// `offset` is in bytes within the logical line.
    private func place(_ offset: Int? = nil) -> ConfigurationPlace {
        let column = offset.flatMap { offset in line.indentation.map { $0 + offset + 1 } } ?? 0
        return ConfigurationPlace(file: file, line: lines.lineNumber, column: column, sourceLine: sourceLine)
    }

    private var sourceLine: String? {
        guard line.source.count <= Self.longestSourceLine else { return nil }
        let bytes = lines.bytes[line.source]
        return String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
    }

    private func position(_ offset: Int) -> ConfigurationPosition {
        ConfigurationPosition(source: source, line: lines.lineNumber, column: line.indentation.map { $0 + offset + 1 } ?? 0)
    }

    // MARK: Lines

    private mutating func parseLine(_ loader: inout ConfigurationLoader) throws(Stop) {
        if let zero = line.bytes.firstIndex(of: 0) {
            try loader.stop(place(zero).diagnostic(.error, "the file has a NUL byte", expected: "a text file"))
        }
        if line.bytes.first == ASCII.hash || line.bytes.allSatisfy(ASCII.isSpace) {
            if line.bytes.first == ASCII.hash { applyOption() }
            return
        }
        if hereDocument != nil { return try continueHereDocument(&loader) }
        let text = ConditionKeyword.withoutColon(line.bytes[...], isInsideBlock: conditions.isInside)
        if try parseCondition(text, &loader) { return }
        guard conditions.isEnabled else { return }
        guard String(validating: text, as: UTF8.self) != nil else {
            let offset = text.firstIndex { $0 >= 0x80 }
            return try loader.report(place(offset).diagnostic(.error, "the line is not UTF-8", expected: "text in UTF-8"))
        }
        try parseStatement(Array(text), offset: text.startIndex, &loader)
    }

    private mutating func applyOption() {
        if ASCII.equalIgnoringCase(line.bytes, "#opt:oldcomment".utf8) {
            lines.commentsContinue = true
        } else if ASCII.equalIgnoringCase(line.bytes, "#opt:newcomment".utf8) {
            lines.commentsContinue = false
        } else if ASCII.equalIgnoringCase(line.bytes, "#opt:strict".utf8) {
            colonAssignments = .refuse
        }
    }

    private mutating func continueHereDocument(_ loader: inout ConfigurationLoader) throws(Stop) {
        guard var document = hereDocument else { return }
        // So that its text is not copied for each line.
        hereDocument = nil
        if line.bytes.first == ASCII.at, line.bytes.dropFirst().elementsEqual(document.tag) {
            guard let name = document.name else { return }
            guard String(validating: document.text, as: UTF8.self) != nil else {
                return try loader.report(
                    document.place.diagnostic(
                        .error, "the text of '\(document.label)' is not UTF-8", expected: "text in UTF-8"))
            }
            return try assign(name, document.text, at: position(0), &loader, column: nil)
        }
        if !document.text.isEmpty { document.text.append(ASCII.newline) }
        document.text.append(contentsOf: line.bytes)
        hereDocument = document
        if document.text.count > MacroBudget.longestText {
            try loader.stop(document.place.diagnostic(.error, "the text of '\(document.label)' is longer than 4 MiB"))
        }
    }

    // MARK: Conditions

    /// Handles `if`, `elif`, `else` and `endif`. Returns false for any other line.
    private mutating func parseCondition(_ text: ArraySlice<UInt8>, _ loader: inout ConfigurationLoader) throws(Stop) -> Bool {
        guard let (keyword, condition) = ConditionKeyword.find(text) else { return false }
        var problem: String?
        switch keyword {
        case .if:
            var value = conditions.isEnabled
            if value { value = try evaluate(condition, keyword, &loader) }
            if !conditions.beginIf(value) {
                try loader.stop(
                    place(text.startIndex).diagnostic(
                        .error, "'if' is nested too deep", expected: "at most \(ConditionStack.deepestNesting) levels"))
            }
        case .elif:
            var value = conditions.needsElif
            if value { value = try evaluate(condition, keyword, &loader) }
            problem = conditions.beginElif(value)
        case .else:
            problem = conditions.beginElse()
        case .endif:
            problem = conditions.endIf()
        }
        if let problem { try loader.report(place(text.startIndex).diagnostic(.error, problem)) }
        return true
    }

    private mutating func evaluate(
        _ condition: ArraySlice<UInt8>, _ keyword: ConditionKeyword, _ loader: inout ConfigurationLoader
    ) throws(Stop) -> Bool {
        let place = place(condition.startIndex)
        var text = Array(condition)
        let hasMacros = text.contains(ASCII.dollar)
        if hasMacros {
            text = try loader.expand(text, at: place)
            while let last = text.last, ASCII.isSpace(last) { text.removeLast() }
        }
        switch ConditionExpression(loader.macros).evaluate(text, wasExpanded: hasMacros) {
        case .success(let value):
            return value
        case .failure(let error):
            try loader.report(
                place.diagnostic(
                    .error, "'\(String(decoding: condition, as: UTF8.self))' is not a condition: \(error.reason)",
                    expected: "a boolean, a number, 'defined NAME' or 'version >= X.Y.Z'"))
            return false
        }
    }

    // MARK: Statements

    private mutating func parseStatement(_ text: [UInt8], offset: Int, _ loader: inout ConfigurationLoader) throws(Stop) {
        guard let statement = MacroStatement(text), let operation = statement.operation else {
            if text.first == UInt8(ascii: "["), !text.contains(where: { ASCII.isSpace($0) || $0 == ASCII.equals || $0 == ASCII.colon }) {
                return
            }
            return try reportUnreadable(text, offset: offset, &loader)
        }
        let value = statement.value
        switch statement.keyword {
        case .use:
            let name = try loader.expand(Array(statement.keywordText), at: place(offset))
            try use(String(decoding: name, as: UTF8.self), Array(value), offset + value.startIndex, &loader)
        case .include:
            try include(statement, offset: offset, &loader)
        case .error, .warning:
            try raise(statement, offset: offset, &loader)
        case nil:
            if operation == .colon {
                guard try acceptColon(statement, offset: offset, &loader) else { return }
            }
            try parseAssignment(statement, operation, offset: offset, &loader)
        }
    }

    private mutating func reportUnreadable(_ text: [UInt8], offset: Int, _ loader: inout ConfigurationLoader) throws(Stop) {
        if text.count > 2, ASCII.equalIgnoringCase(text.prefix(2), "if".utf8), text[2] == ASCII.open {
            // The next lines belong to the block and must not cause further errors.
            _ = conditions.beginIf(false)
            return try loader.report(place(offset + 2).diagnostic(.error, "'if' takes a condition without parentheses", expected: "a space"))
        }
        try loader.report(
            place(offset).diagnostic(
                .error, "the line is not a statement", expected: "NAME = value, or a keyword like 'use', 'include', 'if'"))
    }

    /// Whether to accept an assignment with `:` instead of `=`.
    private mutating func acceptColon(
        _ statement: MacroStatement, offset: Int, _ loader: inout ConfigurationLoader
    ) throws(Stop) -> Bool {
        let isGrandfathered = ASCII.equalIgnoringCase(statement.name, "RunBenchmarks".utf8)
        let refuses = colonAssignments == .refuse && !isGrandfathered
        if isGrandfathered, colonAssignments == .warn { colonAssignments = .allow }
        if colonAssignments != .allow {
            let name = String(decoding: statement.name, as: UTF8.self)
            try loader.report(
                place(offset + statement.operatorOffset).diagnostic(
                    refuses ? .error : .warning, "':' for the assignment of '\(name)' is obsolete", expected: "'='"))
        }
        return !refuses
    }

    private mutating func parseAssignment(
        _ statement: MacroStatement, _ operation: MacroStatement.Operation, offset: Int, _ loader: inout ConfigurationLoader
    ) throws(Stop) {
        let name = try loader.expand(Array(statement.name), at: place(offset))
        if name.last == ASCII.at, operation == .assign || operation == .colon {
            // The next lines belong to the text and must not cause further errors.
            hereDocument = HereDocument(name: nil, tag: Array(statement.value), place: place(offset))
            return try loader.report(place(offset + name.count - 1).diagnostic(.error, "'@=' needs a space before it", expected: "a space"))
        }
        guard MacroName.isValid(name) else {
            return try loader.report(
                place(offset).diagnostic(
                    .error, "'\(String(decoding: name, as: UTF8.self))' is not a name", expected: "letters, digits, '_', '.' and '/'"))
        }
        let text = String(decoding: name, as: UTF8.self)
        switch operation {
        case .hereDocument:
            hereDocument = HereDocument(name: text, tag: Array(statement.value), place: place(offset))
        case .append(let separator):
            var value = Array(statement.value)
            if let current = loader.macros.value(of: name[...]), !current.isEmpty { value = current + separator + value }
            try assign(text, value, at: position(offset + statement.value.startIndex), &loader)
        case .assign, .colon:
            try assign(text, Array(statement.value), at: position(offset + statement.value.startIndex), &loader)
        }
    }

    private mutating func assign(
        _ name: String, _ value: [UInt8], at position: ConfigurationPosition, _ loader: inout ConfigurationLoader, column: Int? = 0
    ) throws(Stop) {
        let place = place(max(0, position.column - 1 - (line.indentation ?? 0)))
        try loader.spend(value.count, at: place)
        let expanded = try loader.expandSelf(value, name: name, at: place)
        var position = position
        if column == nil { position.column = 0 }
        loader.table.insert(name, expanded, at: position, sourceLine: sourceLine)
    }

    /// `error : text` and `warning : text`.
    private mutating func raise(_ statement: MacroStatement, offset: Int, _ loader: inout ConfigurationLoader) throws(Stop) {
        let text = try loader.expand(Array(statement.value), at: place(offset))
        let message = String(decoding: text, as: UTF8.self)
        guard statement.keyword == .error else { return try loader.report(place(offset).diagnostic(.warning, message)) }
        isFinished = true
        try loader.report(place(offset).diagnostic(.error, message))
    }

    // MARK: Metaknobs

    private mutating func use(
        _ category: String, _ uses: [UInt8], _ offset: Int, _ loader: inout ConfigurationLoader
    ) throws(Stop) {
        let place = place(offset)
        var position = position(offset)
        position.column = 0
        try loader.use(category, uses, at: position, place: place, sourceLine: sourceLine, depth: depth + 1)
    }

    // MARK: Includes

    private mutating func include(
        _ statement: MacroStatement, offset: Int, _ loader: inout ConfigurationLoader
    ) throws(Stop) {
        let place = place(offset + statement.value.startIndex)
        guard let options = IncludeOptions(statement.keywordText) else {
            let words = String(decoding: statement.keywordText, as: UTF8.self)
            return try loader.report(
                self.place(offset).diagnostic(
                    .error, "'\(words)' is not a valid include option", expected: "'ifexist', 'command', 'command into FILE' or nothing"))
        }
        let name = try loader.expand(Array(statement.value), at: place)
        guard depth + 1 < ConfigurationLoader.deepestNesting else {
            try loader.stop(
                place.diagnostic(
                    .error, "includes are nested too deep; does a file include itself?",
                    expected: "at most \(ConfigurationLoader.deepestNesting) levels"))
        }
        try loader.include(name, options, at: place, depth: depth + 1)
    }
}
