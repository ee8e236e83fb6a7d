package import Diagnostics

/// A configuration that cannot be used, or an invalid value.
package struct ConfigurationError: Error, CustomStringConvertible {
    /// All errors, at least one; warnings may be among them.
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package init(_ diagnostic: Diagnostic) {
        diagnostics = [diagnostic]
    }

    /// The first error.
    package var diagnostic: Diagnostic {
        diagnostics.first { $0.severity == .error } ?? diagnostics.first ?? Diagnostic(.error, "the configuration cannot be used")
    }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
