import Diagnostics
import MacroLanguage
import Text

/// Runs a metaknob's statements (HTCondor 25.14, `Parse_config_string`). The syntax is that of files, without includes and continuation lines.
struct MetaknobParser {
    typealias Stop = ConfigurationLoader.Stop

    private var position: ConfigurationPosition
    private let place: ConfigurationPlace
    private let sourceLine: String?
    private let depth: Int
    private var conditions = ConditionStack()
    private var hereDocument: (name: String, tag: [UInt8], text: [UInt8])?

    init(position: ConfigurationPosition, place: ConfigurationPlace, sourceLine: String?, depth: Int) {
        self.position = position
        self.place = place
        self.sourceLine = sourceLine
        self.depth = depth
        self.position.metaknobStatement = -1
    }

    private var label: String { position.metaknob.map { "use \($0.category):\($0.name)" } ?? "use" }

    mutating func parse(_ template: [UInt8], into loader: inout ConfigurationLoader) throws(Stop) {
        var offset = 0
        while let line = ASCII.nextToken(in: template[...], from: &offset, separatedBy: [ASCII.newline]) {
            position.metaknobStatement += 1
            if line.first == ASCII.hash { continue }
            guard try parseLine(line, &loader) else { return }
        }
    }

    /// Returns false to end the metaknob after an error has been reported.
    private mutating func parseLine(_ line: ArraySlice<UInt8>, _ loader: inout ConfigurationLoader) throws(Stop) -> Bool {
        if var document = hereDocument {
            if line.first == ASCII.at, line.dropFirst().elementsEqual(document.tag) {
                hereDocument = nil
                try assign(document.name, document.text, &loader)
            } else {
                if !document.text.isEmpty { document.text.append(ASCII.newline) }
                document.text.append(contentsOf: line)
                hereDocument = document
            }
            return true
        }
        if let (keyword, condition) = ConditionKeyword.find(line) { return try parseCondition(keyword, Array(condition), &loader) }
        guard conditions.isEnabled else { return true }
        var text = line
        let isUse = text.count >= 4 && ASCII.equalIgnoringCase(text.prefix(4), "use ".utf8)
        if isUse { text = ASCII.withoutLeadingSpace(text.dropFirst(4)) }
        guard let statement = MacroStatement(metaknobLine: text) else {
            return try invalid(line, &loader)
        }
        if isUse {
            guard depth < ConfigurationLoader.deepestNesting else {
                try loader.stop(place.diagnostic(.error, "metaknobs are nested too deep at \(label)"))
            }
            try loader.use(
                String(decoding: statement.name, as: UTF8.self), Array(statement.value), at: position, place: place,
                sourceLine: sourceLine, depth: depth + 1)
            return !loader.hasErrors
        }
        if statement.keyword == .error || statement.keyword == .warning {
            guard try raise(statement, &loader) else { return false }
            // HTCondor continues and sets a macro named `warning`.
        }
        guard MacroName.isValid(statement.name), let operation = statement.operation else { return try invalid(line, &loader) }
        let name = String(decoding: statement.name, as: UTF8.self)
        switch operation {
        case .hereDocument:
            hereDocument = (name, Array(statement.value), [])
        case .append(let separator):
            var value = Array(statement.value)
            if let current = loader.macros.value(of: statement.name), !current.isEmpty { value = current + separator + value }
            try assign(name, value, &loader)
        case .assign, .colon:
            try assign(name, Array(statement.value), &loader)
        }
        return true
    }

    private func invalid(_ line: ArraySlice<UInt8>, _ loader: inout ConfigurationLoader) throws(Stop) -> Bool {
        try loader.report(
            place.diagnostic(
                .error, "\(label) is invalid with these arguments: '\(String(decoding: line, as: UTF8.self))' is not a statement"))
        return false
    }

    private func assign(_ name: String, _ value: [UInt8], _ loader: inout ConfigurationLoader) throws(Stop) {
        let expanded = try loader.expandSelf(value, name: name, at: place)
        loader.table.insert(name, expanded, at: position, sourceLine: sourceLine)
    }

    private func raise(_ statement: MacroStatement, _ loader: inout ConfigurationLoader) throws(Stop) -> Bool {
        let text = try loader.expand(Array(statement.value), at: place)
        let isError = statement.keyword == .error
        try loader.report(place.diagnostic(isError ? .error : .warning, "\(label): \(String(decoding: text, as: UTF8.self))"))
        return !isError
    }

    private mutating func parseCondition(
        _ keyword: ConditionKeyword, _ condition: [UInt8], _ loader: inout ConfigurationLoader
    ) throws(Stop) -> Bool {
        var problem: String?
        switch keyword {
        case .if:
            var value = conditions.isEnabled
            if value {
                guard let result = try evaluate(condition, &loader) else { return false }
                value = result
            }
            if !conditions.beginIf(value) { problem = "'if' is nested too deep" }
        case .elif:
            var value = conditions.needsElif
            if value {
                guard let result = try evaluate(condition, &loader) else { return false }
                value = result
            }
            problem = conditions.beginElif(value)
        case .else: problem = conditions.beginElse()
        case .endif: problem = conditions.endIf()
        }
        guard let problem else { return true }
        try loader.report(place.diagnostic(.error, "\(label): \(problem)"))
        return false
    }

    private func evaluate(_ condition: [UInt8], _ loader: inout ConfigurationLoader) throws(Stop) -> Bool? {
        let hasMacros = condition.contains(ASCII.dollar)
        let text = Array(ASCII.trimmed(try loader.expand(condition, at: place)[...]))
        switch ConditionExpression(loader.macros).evaluate(text, wasExpanded: hasMacros) {
        case .success(let value):
            return value
        case .failure(let error):
            let shown = String(decoding: condition, as: UTF8.self)
            try loader.report(
                place.diagnostic(
                    .error, "\(label) is invalid with these arguments: '\(shown)' is not a condition: \(error.reason)"))
            return nil
        }
    }
}
