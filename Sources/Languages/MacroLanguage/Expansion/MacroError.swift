/// Why an expansion was given up.
package struct MacroError: Error, Sendable {
    package enum Reason: Sendable, Hashable {
        /// More than `MacroBudget.mostReplacements` macros were replaced in one text: most likely one refers to itself. HTCondor would run on
        /// for ever.
        case endless
        /// The work that may be spent is used up.
        case work
        /// Functions or values are nested too deep. HTCondor would end with its stack.
        case nesting
        /// The text, or one value in it, grew beyond `MacroBudget.longestText`.
        case size
        /// `$ENV(NAME)` where the environment is out of reach.
        case environment(String)
    }

    package var reason: Reason
    /// Where the macro stands in the text that was to be expanded: a byte offset.
    package var offset: Int

    package init(_ reason: Reason, offset: Int = 0) {
        self.reason = reason
        self.offset = offset
    }

    /// One clause without a full stop.
    package var message: String {
        switch reason {
        case .work: "the macros need too much work to expand; does one refer to itself?"
        case .nesting: "macro functions are nested too deep; does one refer to itself?"
        case .endless, .size: "the macros expand without end or to more than 4 MiB; does one refer to itself?"
        case .environment(let name): "$ENV(\(name)) cannot be read here"
        }
    }
}
