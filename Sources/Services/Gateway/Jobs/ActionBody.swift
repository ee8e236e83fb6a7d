import HTTPMessages
import JSON

/// What `POST /jobs/{ids}/{action}` and `DELETE /jobs/{ids}` can be told.
struct ActionBody: Sendable {
    var reason: String?
    var code: Int?

    /// The most bytes a reason may have.
    private static let maximumReason = 4096

    init(_ request: Request, withCode: Bool) async throws {
        let members = try await JSONBody.object(request, limit: 65_536) ?? [:]
        try JSONBody.refuseUnknown(members, known: withCode ? ["reason", "reason_code"] : ["reason"])
        reason = try JSONBody.string("reason", in: members)
        code = try JSONBody.integer("reason_code", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
        try Self.checkReason(reason)
    }

    static func checkReason(_ reason: String?) throws(Problem) {
        guard let reason, reason.utf8.count > maximumReason || reason.utf8.contains(0) else { return }
        let detail = "reason: at most \(maximumReason) bytes without NUL are expected"
        throw Problem(.badBody, detail, errors: [.init(.pointer("/reason"), detail)])
    }
}
