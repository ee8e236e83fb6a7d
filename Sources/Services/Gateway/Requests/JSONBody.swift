import ClassAd
import Diagnostics
import HTTPMessages
import JSON
import NIOCore

/// A request's JSON object, with the checks every operation makes.
enum JSONBody {
    /// The members of the object in a request's body; nil without a body.
    /// - Throws: 400 with line and column for what is no JSON object.
    static func object(_ request: Request, limit: Int) async throws -> JSONValue.Object? {
        let bytes = try await request.body.collect(upTo: limit)
        guard bytes.readableBytes > 0 else { return nil }
        let value: JSONValue
        do {
            value = try JSONValue.parse(bytes.readableBytesView, limits: JSONValue.Limits(length: limit))
        } catch {
            let finding = error.diagnostic
            throw Problem(
                .badBody, "The body is not JSON: \(finding.summary)",
                errors: [.init(.body, finding.summary, line: max(finding.line, 1), column: max(finding.column, 1))])
        }
        guard case .object(let members) = value else {
            throw Problem(.badBody, "A JSON object is expected, not \(value.kind)", errors: [.init(.pointer(""), "an object is expected")])
        }
        return members
    }

    /// Refuses members that are not in `known`.
    static func refuseUnknown(_ members: JSONValue.Object, known: [String]) throws(Problem) {
        let unknown = members.filter { !known.contains($0.name) }
        guard !unknown.isEmpty else { return }
        throw Problem(
            .unknownMember,
            "\(unknown.map { "'\($0.name.prefix(64))'" }.joined(separator: ", ")): no such member; known are \(known.joined(separator: ", "))",
            errors: unknown.map {
                .init(.pointer("/" + Problem.escapedPointer($0.name)), "no such member", line: $0.place?.line, column: $0.place?.column)
            })
    }

    /// A member of a type, nil when it is missing or null.
    static func string(_ name: String, in members: JSONValue.Object) throws(Problem) -> String? {
        switch members.first(where: { $0.name == name })?.value {
        case nil, .null: return nil
        case .string(let text): return text
        case .some: throw wrong(name, "a string")
        }
    }

    static func integer(_ name: String, in members: JSONValue.Object, range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        switch members.first(where: { $0.name == name })?.value {
        case nil, .null: return nil
        case .integer(let value) where range.contains(value): return value
        // 5.0 is an integer as well (JSON Schema, section 6.1.1).
        case .number(let number):
            guard let value = Int64(exactly: number), range.contains(value) else { fallthrough }
            return value
        case .some: throw wrong(name, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func boolean(_ name: String, in members: JSONValue.Object) throws(Problem) -> Bool? {
        switch members.first(where: { $0.name == name })?.value {
        case nil, .null: return nil
        case .bool(let value): return value
        case .some: throw wrong(name, "true or false")
        }
    }

    static func members(_ name: String, in members: JSONValue.Object) throws(Problem) -> JSONValue.Object? {
        switch members.first(where: { $0.name == name })?.value {
        case nil, .null: return nil
        case .object(let inner): return inner
        case .some: throw wrong(name, "an object")
        }
    }

    private static func wrong(_ name: String, _ expected: String) -> Problem {
        let detail = "\(name): \(expected) is expected"
        return Problem(.badBody, detail, errors: [.init(.pointer("/" + Problem.escapedPointer(name)), detail)])
    }
}
