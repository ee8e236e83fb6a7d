import Diagnostics

/// What one configuration is being loaded into, and with which limits.
struct ConfigurationLoader {
    /// Ends the loading: the errors are in `diagnostics`.
    struct Stop: Error {}

    /// Includes and metaknobs inside each other.
    static let deepestNesting = 20
    static let largestFile = 16 << 20
    static let mostFiles = 2_000
    static let mostErrors = 20
    static let mostWarnings = 200

    let files: any ConfigurationFiles
    let environment: [String: String]
    let context: MacroContext
    var table = MacroTable()
    var budget = MacroBudget()
    var diagnostics: [Diagnostic] = []
    /// The files that were read, in order.
    var filesRead: [String] = []
    private var bytesLeft = ConfigurationLoader.largestFile * 2
    private var errorCount = 0
    private var warningCount = 0

    init(files: any ConfigurationFiles, environment: [String: String], context: MacroContext) {
        self.files = files
        self.environment = environment
        self.context = context
    }

    var hasErrors: Bool { errorCount > 0 }

    // MARK: Messages

    mutating func report(_ diagnostic: Diagnostic) throws(Stop) {
        switch diagnostic.severity {
        case .warning:
            warningCount += 1
            if warningCount <= Self.mostWarnings { diagnostics.append(diagnostic) }
        case .error:
            errorCount += 1
            diagnostics.append(diagnostic)
            if errorCount >= Self.mostErrors { throw Stop() }
        }
    }

    mutating func stop(_ diagnostic: Diagnostic) throws(Stop) -> Never {
        errorCount += 1
        diagnostics.append(diagnostic)
        throw Stop()
    }

    // MARK: Macros

    /// The text with all macros expanded; a limit that is hit becomes an error at `place`.
    mutating func expand(_ text: [UInt8], at place: ConfigurationPlace) throws(Stop) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        var expander = expander
        let result: [UInt8]
        do throws(MacroLimitError) {
            result = try expander.expand(text)
        } catch {
            try stop(place.diagnostic(.error, error.message))
        }
        return try finish(expander, result, place)
    }

    /// The text with references to `name` itself expanded.
    mutating func expandSelf(_ text: [UInt8], name: String, at place: ConfigurationPlace) throws(Stop) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        var expander = expander
        let result: [UInt8]
        do throws(MacroLimitError) {
            result = try expander.expandSelf(text, name: name)
        } catch {
            try stop(place.diagnostic(.error, error.message))
        }
        return try finish(expander, result, place)
    }

    var expander: MacroExpander { MacroExpander(table, context, environment: environment, budget: budget) }

    mutating func spend(_ work: Int, at place: ConfigurationPlace) throws(Stop) {
        do throws(MacroLimitError) {
            try budget.spend(work)
        } catch {
            try stop(place.diagnostic(.error, error.message))
        }
    }

    private mutating func finish(_ expander: MacroExpander, _ result: [UInt8], _ place: ConfigurationPlace) throws(Stop) -> [UInt8] {
        budget = expander.budget
        for failure in expander.failures { try report(place.diagnostic(.warning, failure)) }
        return result
    }

    /// The expanded value of a parameter; nil when it has none or is empty.
    mutating func value(_ name: String) throws(Stop) -> [UInt8]? {
        guard let raw = table.lookUp(name, context), !raw.isEmpty else { return nil }
        let place = ConfigurationPlace(table.find(name, context), sources: table.sources)
        let value = try expand(raw, at: place)
        return value.isEmpty ? nil : value
    }

    // MARK: Sources

    /// Reads a file; `place` is to blame when that fails.
    mutating func read(_ path: String, at place: ConfigurationPlace) throws(Stop) -> [UInt8]? {
        guard filesRead.count < Self.mostFiles else {
            try stop(place.diagnostic(.error, "more than \(Self.mostFiles) files are included"))
        }
        let bytes: [UInt8]
        do throws(ConfigurationFileError) {
            bytes = try files.read(path, limit: min(Self.largestFile, bytesLeft))
        } catch {
            try report(place.diagnostic(.error, "cannot read '\(path)': \(error.reason)"))
            return nil
        }
        bytesLeft -= bytes.count
        return bytes
    }

    /// The output of a program.
    ///
    /// - Parameter mayFail: a status other than 0 is no error, and neither is a program that cannot be started.
    mutating func run(_ command: [UInt8], mayFail: Bool, at place: ConfigurationPlace) throws(Stop) -> (bytes: [UInt8], status: Int32)? {
        let text = String(decoding: command, as: UTF8.self)
        guard filesRead.count < Self.mostFiles else {
            try stop(place.diagnostic(.error, "more than \(Self.mostFiles) files are included"))
        }
        let output: (bytes: [UInt8], status: Int32)
        do throws(ConfigurationFileError) {
            output = try files.output(ofCommand: try CommandArguments.split(command), limit: min(Self.largestFile, bytesLeft))
        } catch {
            if !mayFail { try report(place.diagnostic(.error, "cannot run '\(text)': \(error.reason)")) }
            return nil
        }
        bytesLeft -= output.bytes.count
        return output
    }

    /// Parses `bytes` under the name `source`.
    mutating func parse(_ bytes: [UInt8], source: String, depth: Int) throws(Stop) {
        filesRead.append(source)
        var parser = ConfigurationFileParser(bytes: bytes, source: table.addSource(source), file: source, depth: depth)
        try parser.parse(into: &self)
    }
}

/// A position that messages point to.
struct ConfigurationPlace {
    var file: String?
    var line = 0
    var column = 0
    var sourceLine: String?

    init(file: String? = nil, line: Int = 0, column: Int = 0, sourceLine: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.sourceLine = sourceLine
    }

    /// Where an entry was set.
    init(_ entry: MacroEntry?, sources: [String]) {
        guard let entry else { return }
        file = sources[entry.position.source]
        line = entry.position.line ?? 0
        column = entry.position.column
        sourceLine = entry.sourceLine
    }

    /// The name in the line that set an entry.
    init(nameOf entry: MacroEntry, sources: [String]) {
        self.init(entry, sources: sources)
        guard column > 0, let sourceLine else { return }
        column = (sourceLine.utf8.prefix { ASCII.isSpace($0) }.count) + 1
    }

    func diagnostic(
        _ severity: Diagnostic.Severity, _ message: String, expected: String? = nil, suggestion: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            severity, message, file: file, line: line, column: column, expected: expected, suggestion: suggestion,
            sourceLine: sourceLine)
    }
}
