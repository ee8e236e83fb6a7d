import Diagnostics
package import HTTPMessages
import HTTPTypes
import JSON
import NIOCore

extension RequestBody {
    /// The value of a JSON body, `nil` without a body.
    /// - Parameter limit: bytes; a longer body is refused with 413.
    /// - Throws: 400 with all mistakes, each with its pointer, line and column.
    package func decode<Value>(_ codec: Codec<Value>, upTo limit: Int = .max) async throws -> Value? {
        let bytes = try await collect(upTo: limit)
        guard bytes.readableBytes > 0 else { return nil }
        do {
            return try codec.decode(bytes.readableBytesView, limits: JSONValue.Limits(length: bytes.readableBytes))
        } catch {
            throw Problem(error)
        }
    }
}

extension Problem.Kind {
    package static let badBody = Self("BAD_BODY", .badRequest, "The body is not what this operation takes")
    package static let unknownMember = Self("UNKNOWN_MEMBER", .badRequest, "Unknown member")
}

extension Problem {
    /// Mistakes that the detail names; `errors` has them all.
    private static let namedMistakes = 5

    /// The problem of a body that cannot be read.
    package init(_ error: ResourceError) {
        switch error {
        case .notJSON(let finding):
            self.init(
                .badBody, "The body is not JSON: \(finding.summary)",
                errors: [.init(.body, finding.summary, line: max(finding.line, 1), column: max(finding.column, 1))])
        case .mistakes(let mistakes):
            let named = mistakes.prefix(Self.namedMistakes).map(\.detail).joined(separator: "; ")
            let more = mistakes.count > Self.namedMistakes ? " (and \(mistakes.count - Self.namedMistakes) more)" : ""
            self.init(
                mistakes.contains(where: \.isUnknownMember) ? .unknownMember : .badBody, named + more,
                errors: mistakes.map {
                    .init(.pointer($0.pointer.description), $0.detail, line: $0.place?.line, column: $0.place?.column)
                })
        }
    }
}
