package import Diagnostics
package import JSON

/// A JSON document that is not what a codec describes.
package enum ResourceError: Error, Sendable, Hashable {
    /// The text is not JSON, or more of it than is accepted.
    case notJSON(Diagnostic)
    /// All mistakes that were found: at least one, at most a hundred.
    case mistakes([Mistake])

    /// A value that is not what it should be.
    package struct Mistake: Sendable, Hashable {
        package var pointer: JSONPointer
        /// What is wrong, for people, beginning with the name of the member.
        package var detail: String
        /// Where the value stands, or for a missing member the object; `nil` for the whole document.
        package var place: JSONPlace?
        /// Whether the document has a member that the resource does not have.
        package var isUnknownMember: Bool
    }
}

extension ResourceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let finding): finding.summary
        case .mistakes(let mistakes): mistakes.map(\.detail).joined(separator: "; ")
        }
    }
}
