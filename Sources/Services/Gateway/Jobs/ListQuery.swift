import ClassAd
import CondorProtocol
import Diagnostics
import HTTPEndpoints
import HTTPMessages

/// The parameters of a list of jobs, read and checked.
struct ListQuery: Sendable {
    var constraint: ExprTree?
    /// Names once each; empty for all attributes.
    var projection: [String]
    var limit: Int?
    var cursor: JobCursor?
    var ownedByMe: Bool

    init(_ request: Request) throws(Problem) {
        constraint = try request.query(JobEndpoints.constraint).map(Self.constraint)
        projection = try Self.projection(try request.query(JobEndpoints.projection))
        limit = try request.query(JobEndpoints.limit)?.count
        cursor = try request.query(JobEndpoints.cursor).map(Self.cursor)
        ownedByMe = try request.query(JobEndpoints.ownedByMe) ?? false
    }

    /// Everything that selects jobs, joined as trees.
    func expression(within selection: JobSelection? = nil) -> ExprTree {
        let parts = [selection?.expression, cursor?.expression, constraint].compactMap { $0 }
        return parts.isEmpty ? .boolean(true) : .conjunction(parts)
    }

    /// What to ask the scheduler for, so that the ids are there even where the client did not ask for them.
    var wireProjection: [String] { projection.isEmpty ? [] : projection + ["ClusterId", "ProcId"] }

    var attributeProjection: AttributeProjection? { projection.isEmpty ? nil : AttributeProjection(projection) }

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
                let detail = "projection: '\(name)' is no attribute name; names of letters, digits and _, separated by commas, are expected"
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
        let detail = "cursor: only the next_cursor of an answer can be given"
        return Problem(.badCursor, detail, errors: [.init(.parameter("cursor"), detail)])
    }
}

/// `[A-Za-z_][A-Za-z0-9_]*`
enum AttributeNameRule {
    static let maximumLength = 256

    static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= maximumLength, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
