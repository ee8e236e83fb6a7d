import CondorModel
import Diagnostics
import MacroLanguage
import Text

/// State and limits of loading one configuration.
struct ConfigurationLoader {
    /// Ends loading. The errors are in `diagnostics`.
    struct Stop: Error {}

    /// The largest nesting depth of includes and metaknobs.
    static let deepestNesting = 20
    static let largestFile = 16 << 20
    static let mostFiles = 2_000
    static let mostErrors = 20
    static let mostWarnings = 200

    let files: any ConfigurationFiles
    let environment: [String: String]
    let scope: ConfigurationScope
    var table = ConfigurationTable()
    var budget = MacroBudget()
    var diagnostics: [Diagnostic] = []
    /// The files that were read, in order.
    var filesRead: [String] = []
    private var bytesLeft = ConfigurationLoader.largestFile * 2
    private var errorCount = 0
    private var warningCount = 0

    init(files: any ConfigurationFiles, environment: [String: String], scope: ConfigurationScope) {
        self.files = files
        self.environment = environment
        self.scope = scope
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

    /// Expands all macros in the text. Exceeding a limit becomes an error at `place`.
    mutating func expand(_ text: [UInt8], at place: ConfigurationPlace) throws(Stop) -> [UInt8] {
        try expanding(text, at: place) { expander throws(MacroError) in try expander.expand(text) }
    }

    /// Expands only references to `name` itself.
    mutating func expandSelf(_ text: [UInt8], name: String, at place: ConfigurationPlace) throws(Stop) -> [UInt8] {
        try expanding(text, at: place) { expander throws(MacroError) in try expander.expandSelf(text, name: Array(name.utf8)) }
    }

    private mutating func expanding(
        _ text: [UInt8], at place: ConfigurationPlace, _ expand: (inout MacroExpander) throws(MacroError) -> [UInt8]
    ) throws(Stop) -> [UInt8] {
        guard text.contains(ASCII.dollar) else { return text }
        var expander = MacroExpander(macros, budget: budget)
        let result: [UInt8]
        do throws(MacroError) {
            result = try expand(&expander)
        } catch {
            try stop(place.diagnostic(.error, error.message))
        }
        budget = expander.budget
        for complaint in expander.complaints { try report(place.diagnostic(.warning, complaint.message)) }
        return result
    }

    /// The macros in their current state.
    var macros: ConfigurationMacros { ConfigurationMacros(table: table, scope: scope, environment: environment) }

    mutating func spend(_ work: Int, at place: ConfigurationPlace) throws(Stop) {
        do throws(MacroError) {
            try budget.spend(work)
        } catch {
            try stop(place.diagnostic(.error, error.message))
        }
    }

    /// The expanded value of a parameter; nil if it has none or is empty.
    mutating func value(_ name: String) throws(Stop) -> [UInt8]? {
        guard let raw = table.lookUp(name, scope), !raw.isEmpty else { return nil }
        let place = ConfigurationPlace(table.find(name, scope), sources: table.sources)
        let value = try expand(raw, at: place)
        return value.isEmpty ? nil : value
    }

    // MARK: Sources

    /// Reads a file; a failure is reported at `place`.
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

    /// A program's output.
    ///
    /// - Parameter mayFail: whether a non-zero status, or a program that cannot be started, is not an error.
    mutating func run(_ command: [UInt8], mayFail: Bool, at place: ConfigurationPlace) throws(Stop) -> (bytes: [UInt8], status: Int32)? {
        let text = String(decoding: command, as: UTF8.self)
        guard filesRead.count < Self.mostFiles else {
            try stop(place.diagnostic(.error, "more than \(Self.mostFiles) files are included"))
        }
        let output: (bytes: [UInt8], status: Int32)
        do throws(ConfigurationFileError) {
            let arguments: ArgumentList
            do throws(ArgumentList.Malformed) {
                arguments = try ArgumentList(rawOrQuoted: text)
            } catch {
                throw ConfigurationFileError(reason: error.message)
            }
            output = try files.output(ofCommand: arguments.list, limit: min(Self.largestFile, bytesLeft))
        } catch {
            if !mayFail { try report(place.diagnostic(.error, "cannot run '\(text)': \(error.reason)")) }
            return nil
        }
        bytesLeft -= output.bytes.count
        return output
    }

    /// Parses `bytes` with the source name `source`.
    mutating func parse(_ bytes: [UInt8], source: String, depth: Int) throws(Stop) {
        filesRead.append(source)
        var parser = ConfigurationFileParser(bytes: bytes, source: table.addSource(source), file: source, depth: depth)
        try parser.parse(into: &self)
    }
}
