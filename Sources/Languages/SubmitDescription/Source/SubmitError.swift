package import Diagnostics

/// A description that cannot be submitted, with all its errors.
package struct SubmitError: Error, Sendable, CustomStringConvertible {
    /// In the order in which they were found; at least one has severity `error`.
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
