import Glibc
import POSIX

/// This machine's files, commands and environment, for the user's own descriptions.
package struct HostFiles: SubmitFiles {
    package let workingDirectory: String
    package let environment: [(name: String, value: String)]

    /// Uses this process's current directory and environment.
    package init() {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        workingDirectory = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
        environment = EnvironmentVariables.all
    }

    private static let maximumSize = 64 << 20

    private static func failure(_ error: SystemError) -> SubmitFileError {
        SubmitFileError(error.number == EFBIG ? "larger than 64 MiB" : error.text)
    }

    package func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8] {
        do throws(SystemError) {
            return try FileReading.contents(of: path, limit: Self.maximumSize)
        } catch {
            throw Self.failure(error)
        }
    }

    package func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8] {
        guard !arguments.isEmpty else { throw SubmitFileError("not a valid command") }
        let result: (bytes: [UInt8], ending: ProcessEnding)
        do throws(SystemError) {
            result = try ChildProcess.output(of: arguments, limit: Self.maximumSize)
        } catch {
            throw error.number == EFBIG ? Self.failure(error) : SubmitFileError("not a valid command: \(error.text)")
        }
        switch result.ending {
        case .code(0): return result.bytes
        case .code(let code): throw SubmitFileError("the command ended with exit status \(code)")
        case .signal(let signal, _): throw SubmitFileError("the command was killed by signal \(signal)")
        }
    }

    package func status(of path: String) -> SubmitFileStatus? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        let isDirectory = info.st_mode & S_IFMT == S_IFDIR
        return SubmitFileStatus(isDirectory: isDirectory, size: isDirectory ? Self.size(ofDirectory: path, depth: 0) : Int64(info.st_size))
    }

    private static func size(ofDirectory path: String, depth: Int) -> Int64 {
        guard depth < 64, let names = try? entryNames(path) else { return 0 }
        var total: Int64 = 0
        for name in names {
            var info = stat()
            guard lstat(path + "/" + name, &info) == 0 else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                total += size(ofDirectory: path + "/" + name, depth: depth + 1)
            } else {
                total += Int64(info.st_size)
            }
        }
        return total
    }

    package func matches(ofPattern pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_MARK, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }

    package func entries(ofDirectory path: String) throws(SubmitFileError) -> [String] { try Self.entryNames(path) }

    private static func entryNames(_ path: String) throws(SubmitFileError) -> [String] {
        do throws(SystemError) {
            return try DirectoryNames.all(in: path)
        } catch {
            throw failure(error)
        }
    }
}
