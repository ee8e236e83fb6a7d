import CSpawn
import Glibc
package import POSIX

/// Access to files on behalf of a job: only files that the job's account may access, and never this process's own files.
///
/// A job may name any path (input files, its log, its initial directory). This process reads and writes them for the job, although it can open more
/// files than the job may.
package struct FileAccess: Sendable {
    /// The account whose permissions apply.
    package var account: JobAccount
    /// Absolute paths of files and directories that are off limits, with symbolic links resolved.
    package var hidden: [String]

    package init(account: JobAccount, hidden: [String]) {
        self.account = account
        self.hidden = hidden
    }

    /// Runs `body` with the account's permissions on the calling thread.
    package func asAccount<Result>(_ body: () throws(SystemError) -> Result) throws(SystemError) -> Result {
        guard geteuid() == 0, account.uid != 0 else { return try body() }
        let error = cspawn_assume(account.uid, account.gid)
        guard error == 0 else { throw SystemError("acting as account \(account.uid)", error) }
        defer { cspawn_resume() }
        return try body()
    }

    /// Opens a file with the account's permissions, and makes sure that it is not a hidden one, whatever links led to it.
    package func open(_ path: String, _ flags: Int32, _ mode: UInt32 = 0) throws(SystemError) -> Int32 {
        let opened = try asAccount { () throws(SystemError) -> Int32 in
            // Check the directory before a file can be created in it.
            if flags & O_CREAT != 0 {
                let (parent, name) = Self.split(path)
                let directory = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                guard directory >= 0 else { throw SystemError("opening \(parent)") }
                defer { close(directory) }
                try refuseHidden(directory, parent)
                let file = openat(directory, name, flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, mode)
                guard file >= 0 else { throw SystemError("opening \(path)") }
                return file
            }
            let file = Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK)
            guard file >= 0 else { throw SystemError("opening \(path)") }
            return file
        }
        do throws(SystemError) {
            try refuseHidden(opened, path)
        } catch {
            close(opened)
            throw error
        }
        return opened
    }

    private func refuseHidden(_ file: Int32, _ path: String) throws(SystemError) {
        guard let real = Self.path(of: file) else { throw SystemError("looking at \(path)", EACCES) }
        guard !isHidden(real) else { throw SystemError("opening \(path)", EACCES) }
    }

    /// Whether an absolute path without links is off limits.
    package func isHidden(_ path: String) -> Bool {
        hidden.contains { path == $0 || path.utf8.starts(with: ($0 + "/").utf8) }
    }

    /// The path of an open file, with links resolved.
    package static func path(of file: Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4097) { buffer in
            guard let memory = buffer.baseAddress else { return nil }
            let length = readlink("/proc/self/fd/\(file)", memory, 4096)
            guard length > 0 else { return nil }
            return String(decoding: buffer[..<length].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// A path without symbolic links; nil if it does not exist.
    package static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The directory and the last component.
    package static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let name = String(path.utf8[path.utf8.index(after: slash)...]) ?? ""
        return (slash == path.utf8.startIndex ? "/" : String(path.utf8[..<slash]) ?? ".", name)
    }

    /// The last component of a path.
    package static func baseName(_ path: String) -> String { split(path).name }

    /// `path`, relative to `directory` unless it is absolute.
    package static func join(_ directory: String, _ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
    }
}
