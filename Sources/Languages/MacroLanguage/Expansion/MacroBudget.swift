/// The work that may be spent on macros, in bytes examined or moved. It is shared by everything that belongs to one load, one query or one
/// submission.
package struct MacroBudget: Sendable {
    /// The longest text during an expansion, in bytes.
    package static let longestText = 4 << 20
    /// The largest nesting depth of values and functions (`$INT(A)` with `A = $INT(B)` …).
    package static let deepestNesting = 64
    /// The largest number of macros replaced in one text.
    package static let mostReplacements = 20_000
    /// The cost of replacing a macro, in addition to its bytes.
    package static let workPerMacro = 256

    /// Below zero, every expansion fails.
    package private(set) var remaining: Int

    package init(_ work: Int = 64 << 20) {
        remaining = work
    }

    /// Deducts work without an error. The next expansion fails if the budget is exceeded.
    package mutating func charge(_ work: Int) { remaining -= work }

    /// - Throws: if the budget is exceeded.
    package mutating func spend(_ work: Int) throws(MacroError) {
        remaining -= work
        if remaining < 0 { throw MacroError(.work) }
    }
}
