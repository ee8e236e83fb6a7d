import Foundation

/// Archives by the system's `tar`, which knows nothing of the code under test.
enum TarArchive {
    struct File: Equatable, Sendable {
        var bytes: [UInt8]
        /// Permission bits; nil for a member whose mode does not matter.
        var mode: Int
    }

    /// A tar archive of files by their names; names may have folders.
    static func make(_ files: [String: File]) async throws -> [UInt8] {
        try await inFolder { folder in
            for (name, file) in files {
                let path = folder.appendingPathComponent(name)
                try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path)
                try FileManager.default.setAttributes([.posixPermissions: file.mode], ofItemAtPath: path.path)
            }
            let result = try await ChildProcess.run(
                "/bin/tar", ["--create", "--file=-", "--directory=\(folder.path)"] + files.keys.sorted())
            guard result.status == 0 else { throw RealPoolError("tar: \(result.errorText)") }
            return result.output
        }
    }

    /// The regular files of a tar archive.
    static func files(in archive: [UInt8]) async throws -> [String: File] {
        try await inFolder { folder in
            let result = try await ChildProcess.run(
                "/bin/tar", ["--extract", "--preserve-permissions", "--file=-", "--directory=\(folder.path)"], input: archive)
            guard result.status == 0 else { throw RealPoolError("tar: \(result.errorText)") }
            var files: [String: File] = [:]
            for name in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? [] {
                let path = folder.appendingPathComponent(name).path
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
                let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
                files[name] = File(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), mode: mode)
            }
            return files
        }
    }

    private static func inFolder<R>(_ body: (URL) async throws -> R) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-tar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }
}
