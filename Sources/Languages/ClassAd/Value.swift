/// The value of an evaluated expression.
package enum Value: Sendable, Hashable {
    case undefined
    case error
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    /// Compared and measured as bytes. Bytes that are not UTF-8 are represented by the scalars U+10FF80…U+10FFFF.
    case string(String)
    case absoluteTime(AbsoluteTime)
    /// A duration in seconds.
    case relativeTime(Double)
    /// Elements are not evaluated.
    case list([ExprTree])
    /// Attributes are not evaluated.
    case ad(ClassAd)

    /// The value in HTCondor's form: `undefined`, `"text"`, `{ 1,2 }`.
    package func unparsed(_ syntax: ClassAdSyntax = .old) -> String {
        // A duration as a value is printed without its fraction; as a literal it is printed with it.
        if case .relativeTime(let seconds) = self { return "relTime(\"\(relativeTimeText(Double(truncatedInt32(seconds))))\")" }
        return ExprTree.literal(self).unparsed(syntax)
    }

    /// The value as a condition: booleans and numbers count, anything else is nil.
    package var booleanEquivalent: Bool? {
        switch self {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: nil
        }
    }
}

/// A point in time, with the offset from UTC in which it was written.
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
