package import Diagnostics

/// The two ways a ClassAd is written down.
package enum ClassAdSyntax: Sendable, Hashable {
    /// What daemons exchange and `condor_q -long` prints: `Name = expression` lines, `=?=`, and no string escape but `\"`.
    case old
    /// `[ Name = expression; … ]`, `is`, and C-like escapes in strings.
    case new
}

/// Text that is no ClassAd or no ClassAd expression.
package struct ClassAdError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and where.
    package var diagnostic: Diagnostic

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }

    package var description: String { diagnostic.description }
}
