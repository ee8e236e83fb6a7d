import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import NIOCore
import Sandbox
import Text

/// Downloads of output sandboxes.
struct SandboxRoutes: Sendable {
    let sandboxes: SandboxService

    /// `GET /jobs/{id}/output`
    func output(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        let format = try request.query(SandboxEndpoints.format) ?? .tar
        let output = try await sandboxes.output(of: id, caller)
        let headers: HTTPFields = [
            .contentDisposition: "attachment; filename=\"job-\(id)-output.\(format.fileExtension)\"", .cacheControl: "no-store",
        ]
        // For clients that accept bytes but know no archive types.
        let type = MediaType(format.mediaType).flatMap { request.acceptedTypes.best(of: [$0, "application/octet-stream"]) }
        return .stream(type: type?.description ?? format.mediaType, headers: headers) { body in
            try await output.pack(as: format) { try await body.write($0) }
        }
    }

    /// `GET /jobs/{id}/files`
    func files(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        let files = try await sandboxes.files(of: id, caller)
        return .json(
            FileListing(files: files.map { SandboxFile(name: $0.path.string, size: $0.size, mode: Self.octal($0.mode)) }))
    }

    private static func octal(_ mode: Int) -> String {
        let digits = String(mode & 0o777, radix: 8)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    /// `GET /jobs/{id}/files/{path...}`
    func file(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        let path = try request.path(OutputParameters.path)
        let file = try await sandboxes.file(path, of: id, caller)
        var headers: HTTPFields = [
            .contentType: "application/octet-stream", .acceptRanges: "bytes", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentDisposition: Self.attachment(file.path.name),
        ]
        guard let length = Int(exactly: file.size) else { throw Problem(.internalError, "The file is larger than this machine can address") }
        // Files have no validator, so an `If-Range` condition never holds (RFC 9110, section 13.1.5).
        let range = ByteRange(request.headers[.ifRange] == nil ? request.headers[.range] : nil, length: length)
        if let field = range.contentRange(length: length) { headers[.contentRange] = field }
        let part: Range<Int>
        switch range {
        case .whole: part = 0..<length
        case .part(let bytes): part = bytes
        case .unsatisfiable:
            throw Problem(.rangeNotSatisfiable, "The file has \(length) bytes", headers: headers.filtered([.contentRange, .acceptRanges]))
        }
        let status: HTTPResponse.Status = range == .whole ? .ok : .partialContent
        return Response(
            status: status, headers: headers,
            body: .stream(length: part.count) { body in
                var file = file
                while let bytes = try await file.next(in: Int64(part.lowerBound)..<Int64(part.upperBound)) { try await body.write(bytes) }
            })
    }

    /// A disposition of `attachment` with a file name, in the form of RFC 6266.
    static func attachment(_ name: String) -> String {
        let plain = String(
            decoding: name.utf8.map { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") ? $0 : UInt8(ascii: "_") },
            as: UTF8.self)
        return "attachment; filename=\"\(plain)\""
            + (plain == name ? "" : "; filename*=UTF-8''\(PercentEncoding.encode(name))")
    }
}

extension HTTPFields {
    fileprivate func filtered(_ names: [HTTPField.Name]) -> HTTPFields {
        var fields = HTTPFields()
        for name in names { fields[name] = self[name] }
        return fields
    }
}
