import Diagnostics
import MacroLanguage

/// Collects diagnostics while a description is read and jobs are made from it.
final class Findings {
    private static let limit = 50

    private(set) var texts: [SourceText]
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var hasErrors = false
    private var seen: Set<Diagnostic> = []

    init(texts: [SourceText] = []) {
        self.texts = texts
    }

    /// Whether no more diagnostics are recorded.
    var isFull: Bool { diagnostics.count >= Self.limit }

    func add(_ text: SourceText) -> Int {
        texts.append(text)
        return texts.count - 1
    }

    func error(_ message: String, at position: SourcePosition?, expected: String? = nil, suggestion: String? = nil) {
        hasErrors = true
        record(.error, message, position, expected, suggestion)
    }

    func warning(_ message: String, at position: SourcePosition?, suggestion: String? = nil) {
        record(.warning, message, position, nil, suggestion)
    }

    private func record(
        _ severity: Diagnostic.Severity, _ message: String, _ position: SourcePosition?, _ expected: String?, _ suggestion: String?
    ) {
        guard diagnostics.count < Self.limit else { return }
        let source = position.flatMap { texts.indices.contains($0.text) ? texts[$0.text] : nil }
        let diagnostic = Diagnostic(
            severity, message, file: source?.name, line: position?.line ?? 0, column: position?.column ?? 0, expected: expected,
            suggestion: suggestion, sourceLine: position.flatMap { source?.line($0.line) }.flatMap { $0.utf8.count <= 8192 ? $0 : nil })
        if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
    var failure: SubmitError { SubmitError(diagnostics) }
}
