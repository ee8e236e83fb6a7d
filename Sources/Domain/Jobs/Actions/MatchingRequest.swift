package import ClassAd

/// Selects the jobs of an operation by a constraint.
package struct MatchingRequest: Sendable {
    package var constraint: ExprTree
    /// The number of jobs that must match; nil for any number.
    package var expected: Int?

    package init(_ constraint: ExprTree, expected: Int? = nil) {
        self.constraint = constraint
        self.expected = expected
    }

    /// Whether the constraint is true for every job and so is probably a mistake.
    package var isForAllJobs: Bool { constraint.isTriviallyTrue }
}

extension ExprTree {
    /// Whether the expression refers to no attribute and is true, or a number other than 0.
    var isTriviallyTrue: Bool {
        guard let references = references(), references.internal.isEmpty, references.external.isEmpty else { return false }
        return switch evaluate() {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: false
        }
    }
}
