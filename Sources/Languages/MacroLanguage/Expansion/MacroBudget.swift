/// The work that may be spent on macros, in bytes looked at or moved. Everything that belongs to one load, one query or one submission shares it.
package struct MacroBudget: Sendable {
    /// The longest text an expansion may have at any moment, in bytes.
    package static let longestText = 4 << 20
    /// Values and functions inside each other (`$INT(A)` with `A = $INT(B)` …).
    package static let deepestNesting = 64
    /// The most macros replaced in one text.
    package static let mostReplacements = 20_000
    /// The cost of replacing a macro, besides its bytes.
    package static let workPerMacro = 256

    /// Below zero, no expansion succeeds any more.
    package private(set) var remaining: Int

    package init(_ work: Int = 64 << 20) {
        remaining = work
    }

    /// Takes work away without an error; the next expansion has it.
    package mutating func charge(_ work: Int) { remaining -= work }

    /// - Throws: when nothing is left.
    package mutating func spend(_ work: Int) throws(MacroError) {
        remaining -= work
        if remaining < 0 { throw MacroError(.work) }
    }
}
