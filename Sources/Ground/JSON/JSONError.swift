package import Diagnostics

/// Text that is not JSON, or exceeds a limit.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error and its position.
    package var diagnostic: Diagnostic

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }

    package var description: String { diagnostic.description }
}
