/// What an expression evaluates to.
package enum Value: Sendable, Hashable {
    case undefined
    case error
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    /// Compared and measured as bytes. Bytes that are not UTF-8 are carried as the scalars U+10FF80…U+10FFFF.
    case string(String)
    case absoluteTime(AbsoluteTime)
    /// A duration in seconds.
    case relativeTime(Double)
    /// Elements are not evaluated.
    case list([ExprTree])
    /// Attributes are not evaluated.
    case ad(ClassAd)

    /// The value as HTCondor prints it: `undefined`, `"text"`, `{ 1,2 }`.
    package func unparsed(_ syntax: ClassAdSyntax = .old) -> String {
        // A duration as a value is printed without its fraction, as a literal with it.
        if case .relativeTime(let seconds) = self { return "relTime(\"\(relativeTimeText(Double(truncatedInt32(seconds))))\")" }
        return ExprTree.literal(self).unparsed(syntax)
    }

    /// What a condition makes of the value: booleans and numbers count, anything else is nil.
    package var booleanEquivalent: Bool? {
        switch self {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: nil
        }
    }
}

/// A point in time together with the offset from UTC it was written with.
package struct AbsoluteTime: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var seconds: Int64
    /// Seconds east of UTC.
    package var offset: Int32

    package init(seconds: Int64, offset: Int32 = 0) {
        self.seconds = seconds
        self.offset = offset
    }
}
