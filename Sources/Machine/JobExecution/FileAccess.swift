import CSpawn
package import Glibc
package import POSIX

/// The files that this process touches on behalf of a job: those that the job's account may reach, and never its own.
///
/// A job names paths freely (input files, its log, its initial directory). This process copies and appends for it, and can open more files than the
/// job may.
package struct FileAccess: Sendable {
    /// The account whose rights count.
    package var account: JobAccount
    /// Absolute paths of files and directories that are out of bounds, symbolic links resolved.
    package var hidden: [String]

    package init(account: JobAccount, hidden: [String]) {
        self.account = account
        self.hidden = hidden
    }

    /// Runs `body` with the account's rights on the calling thread.
    package func asAccount<Result>(_ body: () throws(SystemError) -> Result) throws(SystemError) -> Result {
        guard geteuid() == 0, account.uid != 0 else { return try body() }
        let error = cspawn_assume(account.uid, account.gid)
        guard error == 0 else { throw SystemError("acting as account \(account.uid)", error) }
        defer { cspawn_resume() }
        return try body()
    }

    /// Opens a file with the account's rights and makes sure that it is none of the hidden ones, whatever links led to it.
    package func open(_ path: String, _ flags: Int32, _ mode: mode_t = 0) throws(SystemError) -> Int32 {
        let opened = try asAccount { () throws(SystemError) -> Int32 in
            // Not to be created where it must not be: the directory is looked at first.
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

    /// Whether an absolute path without links is out of bounds.
    package func isHidden(_ path: String) -> Bool {
        hidden.contains { path == $0 || path.utf8.starts(with: ($0 + "/").utf8) }
    }

    /// The path of an open file, links resolved.
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

    /// `path`, seen from `directory` if it is relative.
    package static func join(_ directory: String, _ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
    }
}
