import ClassAd
import Diagnostics
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON
import Text

/// Reads the parameters that lists share.
extension ListParameters {
    /// The requested attributes; empty for all.
    static func projection(_ request: Request) throws(Problem) -> [String] {
        try projection(try request.query(projection))
    }

    /// Refuses parameters that only lists support.
    static func refuseOthersThanProjection(_ request: Request) throws(Problem) {
        for item in request.target.query where item.name != projection.name {
            let detail = "\(item.name): does not apply to a single job"
            throw Problem(.unknownParameter, detail, errors: [.init(.parameter(item.name), detail)])
        }
    }

    static func constraint(_ text: String) throws(Problem) -> ExprTree {
        do {
            return try ExprTree.parse(text, syntax: .new)
        } catch {
            let finding = error.diagnostic
            throw Problem(
                .constraintSyntax, "constraint: \(finding.summary)",
                errors: [.init(.parameter("constraint"), finding.summary, line: max(finding.line, 1), column: max(finding.column, 1))])
        }
    }

    static func projection(_ text: String?) throws(Problem) -> [String] {
        guard let text, text != "*" else { return [] }
        var names: [String] = []
        var seen: Set<[UInt8]> = []
        for item in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            var name = Substring(item)
            while name.utf8.first == 0x20 { name = name.dropFirst() }
            while name.utf8.last == 0x20 { name = name.dropLast() }
            if name.isEmpty && text.isEmpty { return [] }
            guard AttributeNameRule.isName(name) else {
                let detail = "projection: '\(name)' is not an attribute name; use letters, digits and _, and separate names with commas"
                throw Problem(.badProjection, detail, errors: [.init(.parameter("projection"), detail)])
            }
            if seen.insert(name.utf8.map { AttributeNameRule.lowercased($0) }).inserted { names.append(KnownAttributes.spelling(of: String(name))) }
        }
        return names
    }

    static func cursor(_ text: String) throws(Problem) -> JobCursor {
        guard let cursor = JobCursor(text) else { throw badCursor }
        return cursor
    }

    static var badCursor: Problem {
        let detail = "cursor: must be the next_cursor of an earlier answer"
        return Problem(.badCursor, detail, errors: [.init(.parameter("cursor"), detail)])
    }

    /// The request's path and query with another cursor.
    static func nextPage(_ request: Request, _ next: String) -> String {
        var items = request.target.query.filter { $0.name != cursor.name }.map { ($0.name, $0.value) }
        items.append((cursor.name, next))
        return request.target.rawPath + "?" + items.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String { PercentEncoding.encode(text, keeping: ",") }
}
