import ClassAd
import Cryptography
import HTTPEndpoints
import HTTPMessages
import JobsAPI
import JSON
import NIOCore
import Sandbox
import Text

/// A submission, from any of the three forms of a body.
struct SubmissionBody: Sendable {
    /// The text of the submit description.
    var description: [UInt8]
    /// Where in the request the description is. Lines and columns of mistakes count from its beginning.
    var place: Problem.Item.Place = .body
    /// The sandbox that was sent in the same request; nil if there was none.
    var sandbox: StagedSandbox?
    /// SHA-256 in hexadecimal, the same for the same content in any form.
    var digest: String

    static let formType: MediaType = "multipart/form-data"

    /// Reads the whole body.
    /// - Parameter limit: the largest description, in bytes.
    init(_ request: Request, limit: Int, staging: SandboxStaging) async throws {
        if request.contentType == Self.formType {
            let form = try SandboxForm(request)
            description = try await form.description(limit: limit)
            sandbox = try await form.sandbox(staging)
            digest = Hex.string(form.digest)
            return
        }
        if request.contentType == "application/json" {
            guard let body = try await request.body.decode(SubmitBody.resource.codec, upTo: limit) else {
                throw Problem(
                    .badBody, "submit_file: the text of a submit description is expected", errors: [.init(.pointer("/submit_file"), "missing")])
            }
            description = Array(body.submitFile.utf8)
            place = .pointer("/submit_file")
        } else {
            description = Array(try await request.body.collect(upTo: limit).readableBytesView)
        }
        digest = Hex.string(Hash.sha256(description))
    }

    /// The texts of parts that a `queue … from` in the description may name, which are those whose names appear in it.
    func itemTexts(limit: Int) async throws -> [String: String] {
        guard let sandbox else { return [:] }
        let text = String(decoding: description, as: UTF8.self)
        var texts: [String: String] = [:]
        for entry in sandbox.entries where entry.kind == .file && entry.size <= Int64(limit) && text.contains(entry.path.string) {
            guard let contents = sandbox.contents(of: entry.path) else { continue }
            var bytes: [UInt8] = []
            for try await part in contents { bytes += part.readableBytesView }
            if let items = String(validating: bytes, as: UTF8.self) { texts[entry.path.string] = items }
        }
        return texts
    }
}
