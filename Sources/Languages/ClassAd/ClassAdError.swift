package import Diagnostics

/// The two syntaxes of ClassAds.
package enum ClassAdSyntax: Sendable, Hashable {
    /// The syntax that daemons exchange and `condor_q -long` prints: `Name = expression` lines, `=?=`, and no string escape except `\"`.
    case old
    /// `[ Name = expression; … ]`, `is`, and C-like escapes in strings.
    case new
}

/// Text that is not a ClassAd or not a ClassAd expression.
package struct ClassAdError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error and its position.
    package var diagnostic: Diagnostic

    package init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
    }

    package var description: String { diagnostic.description }
}
