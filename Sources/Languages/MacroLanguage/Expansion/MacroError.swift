/// Why an expansion was aborted.
package struct MacroError: Error, Sendable {
    package enum Reason: Sendable, Hashable {
        /// More than `MacroBudget.mostReplacements` macros were replaced in one text, probably because one refers to itself. HTCondor would never
        /// end.
        case endless
        /// The work budget is exceeded.
        case work
        /// Functions or values are nested too deep. HTCondor would overflow its stack.
        case nesting
        /// The text, or one value in it, exceeded `MacroBudget.longestText`.
        case size
        /// `$ENV(NAME)` where the environment must not be accessed.
        case environment(String)
    }

    package var reason: Reason
    /// The macro's byte offset in the text that was to be expanded.
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
