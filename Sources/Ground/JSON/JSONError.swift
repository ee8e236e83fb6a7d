package import Diagnostics

/// Text that is no JSON, or more of it than is accepted.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and where.
    package var diagnostic: Diagnostic

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }

    package var description: String { diagnostic.description }
}
