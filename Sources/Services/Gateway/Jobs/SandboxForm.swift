import Cryptography
import HTTPEndpoints
import HTTPMessages
import NIOCore
import Sandbox

/// A `multipart/form-data` body whose parts are files of a sandbox, read part by part.
final class SandboxForm {
    /// The name of the part that holds a whole sandbox as an archive.
    static let archivePart = "input"
    /// The name of the part that holds the submit description.
    static let descriptionPart = "submit"

    private var reader: MultipartReader
    /// Covers the names and contents of all parts read so far.
    private var hash = Hash(.sha256)

    init(_ request: Request) throws(Problem) {
        reader = try MultipartReader(request)
    }

    /// SHA-256 of the names and contents of all parts, independent of the boundary. Read it after the last part.
    var digest: [UInt8] { hash.finalize() }

    /// The submit description, which must be the first part.
    func description(limit: Int) async throws -> [UInt8] {
        guard let part = try await nextPart(), part.name == Self.descriptionPart else {
            throw Self.bad("the first part must be '\(Self.descriptionPart)', the submit description")
        }
        var text: [UInt8] = []
        while let bytes = try await nextBytes() {
            text += bytes.readableBytesView
            if text.count > limit { throw Problem(.bodyTooLarge, "The submit description is larger than \(limit) bytes") }
        }
        return text
    }

    /// Reads the remaining parts as a sandbox: files under their names, or one archive.
    func sandbox(_ staging: SandboxStaging) async throws -> StagedSandbox {
        var builder = StagedSandboxBuilder(staging)
        var archive: StagedSandbox?
        var hasFiles = false
        while let part = try await nextPart() {
            if part.name == Self.descriptionPart { throw Self.bad("'\(Self.descriptionPart)' occurs twice, or is not the first part") }
            if archive != nil || (part.name == Self.archivePart && hasFiles) {
                throw Self.bad("send files either in parts of their own or in one archive '\(Self.archivePart)', not both")
            }
            do throws(SandboxError) {
                if part.name == Self.archivePart {
                    archive = try await staging.stage(Content(form: self))
                } else {
                    hasFiles = true
                    try await builder.add(try SandboxPath(part.filename ?? part.name), Content(form: self))
                }
            } catch {
                throw Problem.staging(error)
            }
        }
        if let archive { return archive }
        do throws(SandboxError) {
            return try builder.finish()
        } catch {
            throw Problem.staging(error)
        }
    }

    private func nextPart() async throws -> MultipartReader.Part? {
        guard let part = try await reader.nextPart() else { return nil }
        // Length prefixes separate names from contents.
        for text in [part.name, part.filename ?? ""] { hash.update(Array("\(text.utf8.count):\(text)".utf8)) }
        return part
    }

    private func nextBytes() async throws -> ByteBuffer? {
        guard let bytes = try await reader.nextBytes() else {
            hash.update([0])
            return nil
        }
        bytes.withUnsafeReadableBytes { hash.update($0) }
        return bytes
    }

    private static func bad(_ detail: String) -> Problem {
        Problem(.badBody, "multipart/form-data: \(detail)", errors: [.init(.body, detail)])
    }

    /// The bytes of the current part.
    private struct Content: AsyncSequence {
        typealias Element = ByteBuffer
        let form: SandboxForm

        func makeAsyncIterator() -> Iterator { Iterator(form: form) }

        struct Iterator: AsyncIteratorProtocol {
            let form: SandboxForm

            mutating func next() async throws -> ByteBuffer? { try await form.nextBytes() }
        }
    }
}
