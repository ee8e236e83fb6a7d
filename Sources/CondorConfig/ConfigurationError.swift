import Diagnostics

/// A configuration that cannot be used, or a value that is not what it should be.
public struct ConfigurationError: Error, CustomStringConvertible {
    /// Everything that is wrong, at least one error; warnings may be among them.
    public var diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    public init(_ diagnostic: Diagnostic) {
        diagnostics = [diagnostic]
    }

    /// The first error.
    public var diagnostic: Diagnostic {
        diagnostics.first { $0.severity == .error } ?? diagnostics.first ?? Diagnostic(.error, "the configuration cannot be used")
    }

    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
