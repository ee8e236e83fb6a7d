import Diagnostics
import Text

/// A position that messages refer to.
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

    /// The position of an entry's value.
    init(_ entry: ConfigurationEntry?, sources: [String]) {
        guard let entry else { return }
        file = sources[entry.position.source]
        line = entry.position.line ?? 0
        column = entry.position.column
        sourceLine = entry.sourceLine
    }

    /// The position of an entry's name.
    init(nameOf entry: ConfigurationEntry, sources: [String]) {
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
