import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox

extension JobsService {
    /// `GET /jobs/{id}/files`
    func listFiles(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        var events = schedd(caller).retrieve(.job(id)).makeAsyncIterator()
        let first = try await askingScheduler { () async throws(CondorError) in try await events.next() }
        guard case .job(let ad, _) = first else { throw try await noOutput(of: id, caller) }
        var names = OutputNames(OutputRemaps(ad))
        var files: [JSON] = []
        loop: while let event = try await askingScheduler(.reading, { () async throws(CondorError) -> SandboxEvent? in try await events.next() }) {
            switch event {
            case .file(let name, let mode, let size):
                guard let path = names.file(try SandboxPath(name)) else { continue }
                files.append(["name": .string(path.string), "size": .integer(size), "mode": .string(Self.octal(mode ?? 0o644))])
            case .directory(let name, _): _ = names.directory(try SandboxPath(name))
            case .jobEnd: break loop
            case .job, .chunk: continue
            }
        }
        return .json(["files": .array(files)])
    }

    private static func octal(_ mode: Int) -> String {
        let digits = String(mode & 0o777, radix: 8)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    /// `GET /jobs/{id}/files/{path...}`
    func getFile(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        let path = try request.path(OutputEndpoints.path)
        guard let wanted = try? SandboxPath(path), let file = try await file(id, caller, isWanted: { _, path in path.string == wanted.string }) else {
            _ = try await sandboxJob(id, caller, projection: ["ProcId", "Owner", "User"])
            throw Problem(.noSuchFile, "Job \(id) has no file '\(path.prefix(256))'")
        }
        var headers: HTTPFields = [
            .contentType: "application/octet-stream", .acceptRanges: "bytes", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentDisposition: Self.attachment(file.path.name),
        ]
        guard let length = Int(exactly: file.size) else { throw Problem(.internalError, "The file is larger than this machine can count") }
        // Files have no validator, so a condition for the range never holds (RFC 9110, section 13.1.5).
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

    /// A file of a job's sandbox; nil if there is none for the caller.
    func file(_ id: JobID, _ caller: Caller, isWanted: (_ delivered: String, _ path: SandboxPath) -> Bool) async throws -> SandboxFileReader? {
        do {
            return try await SandboxFileReader(id, at: schedd(caller), isWanted: isWanted)
        } catch let error as CondorError {
            if error.code == .cancelled { throw CancellationError() }
            throw Problem(error)
        }
    }

    /// `attachment` with a file's name, as RFC 6266 wants it.
    static func attachment(_ name: String) -> String {
        let plain = String(
            decoding: name.utf8.map { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") ? $0 : UInt8(ascii: "_") },
            as: UTF8.self)
        return "attachment; filename=\"\(plain)\"" + (plain == name ? "" : "; filename*=UTF-8''\(percentEncoded(name, keeping: ""))")
    }
}

extension HTTPFields {
    fileprivate func filtered(_ names: [HTTPField.Name]) -> HTTPFields {
        var fields = HTTPFields()
        for name in names { fields[name] = self[name] }
        return fields
    }
}
