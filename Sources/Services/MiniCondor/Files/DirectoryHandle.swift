import CondorModel
import Glibc
import JobExecution
import POSIX

/// An open directory in which files are created and read by relative names. No name leads out of it: `..` is refused, and links are not followed.
final class DirectoryHandle: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens a directory by its path.
    init(path: String) throws(SystemError) {
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("cannot open the directory") }
    }

    /// Creates a directory with access for its owner only, and its parents. An existing directory is emptied.
    static func make(_ path: String) throws(SystemError) -> DirectoryHandle {
        try remove(path)
        try makeIfMissing(path)
        return try DirectoryHandle(path: path)
    }

    /// Creates a directory with access for its owner only, and its parents, unless it exists.
    static func makeIfMissing(_ path: String) throws(SystemError) {
        var end = path.startIndex
        while let slash = path[path.index(end, offsetBy: end < path.endIndex ? 1 : 0)...].firstIndex(of: "/") {
            _ = mkdir(String(path[..<slash]), 0o755)
            end = slash
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("cannot make the directory") }
    }

    /// Puts a directory in the place of another, which may be missing. Regular files of the old one are kept unless the new one has an entry of the
    /// same name, because a job's event log exists before its input arrives.
    static func replace(_ path: String, by new: String) throws(SystemError) {
        if let old = try? DirectoryHandle(path: path) {
            let fresh = try DirectoryHandle(path: new)
            for name in try old.names(in: "") {
                guard case .file = old.entry(name), fresh.entry(name) == nil else { continue }
                _ = renameat(old.descriptor, name, fresh.descriptor, name)
            }
        }
        try remove(path)
        guard rename(new, path) == 0 else { throw SystemError("cannot keep the directory") }
    }

    // MARK: Making

    /// Creates a subdirectory unless it exists.
    func makeDirectory(_ name: String, mode: mode_t) throws(SystemError) {
        let (parent, last) = try parent(of: name, creating: true)
        let made = mkdirat(parent.descriptor, last, 0o700)
        guard made == 0 || errno == EEXIST else { throw SystemError("cannot make \(name)") }
        let child = try parent.child(last, name)
        // The owner must be able to create files in it.
        guard fchmod(child.descriptor, (mode & 0o777) | 0o700) == 0 else { throw SystemError("cannot set the permissions of \(name)") }
    }

    /// Creates a file, replacing a file of the same name.
    func makeFile(_ name: String) throws(SystemError) -> FileHandle {
        let (parent, last) = try parent(of: name, creating: true)
        if unlinkat(parent.descriptor, last, 0) != 0, errno != ENOENT { throw SystemError("cannot replace \(name)") }
        let file = openat(parent.descriptor, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("cannot make \(name)") }
        return FileHandle(descriptor: file, name: name)
    }

    // MARK: Reading

    /// The type of an entry: a directory or a regular file. Anything else is treated as missing.
    enum Entry: Sendable, Equatable {
        case file(size: Int64, mode: mode_t)
        case directory(mode: mode_t)
    }

    func entry(_ name: String) -> Entry? {
        guard let (parent, last) = try? parent(of: name, creating: false) else { return nil }
        var status = stat()
        guard fstatat(parent.descriptor, last, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(size: Int64(status.st_size), mode: status.st_mode & 0o777)
        case S_IFDIR: return .directory(mode: status.st_mode & 0o777)
        default: return nil
        }
    }

    /// Opens a regular file for reading.
    func openFile(_ name: String) throws(SystemError) -> FileHandle {
        let (parent, last) = try parent(of: name, creating: false)
        let file = openat(parent.descriptor, last, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SystemError("cannot open \(name)") }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw SystemError("\(name) is not a plain file", EINVAL)
        }
        return FileHandle(descriptor: file, name: name)
    }

    /// The sorted names in a subdirectory; the empty name stands for the directory itself.
    func names(in name: String) throws(SystemError) -> [String] {
        let directory: DirectoryHandle
        if name.isEmpty {
            directory = try child(".", name)
        } else {
            let (parent, last) = try parent(of: name, creating: false)
            directory = try parent.child(last, name)
        }
        return FileTree.names(in: directory.descriptor).sorted()
    }

    // MARK: Removing

    /// Removes a file, or a directory with all its contents. Links are removed, not followed. A missing path is not an error.
    static func remove(_ path: String) throws(SystemError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM, let directory = try? DirectoryHandle(path: path) else { throw SystemError("cannot remove \(path)") }
        try directory.removeContents(depth: 0)
        guard rmdir(path) == 0 else { throw SystemError("cannot remove \(path)") }
    }

    /// The largest nesting depth of directories.
    private static let maximumDepth = 256

    private func removeContents(depth: Int) throws(SystemError) {
        guard depth < Self.maximumDepth else { throw SystemError("cannot remove a directory", ELOOP) }
        for name in FileTree.names(in: descriptor) {
            if unlinkat(descriptor, name, 0) == 0 { continue }
            let child = try child(name, name)
            // The owner may have removed its own access.
            _ = fchmod(child.descriptor, 0o700)
            try child.removeContents(depth: depth + 1)
            guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw SystemError("cannot remove \(name)") }
        }
    }

    // MARK: Paths

    private func child(_ name: String, _ shown: String) throws(SystemError) -> DirectoryHandle {
        let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw SystemError("cannot open the directory \(shown)") }
        return DirectoryHandle(descriptor: opened)
    }

    /// The directory that contains a name, and the name's last component.
    private func parent(of name: String, creating: Bool) throws(SystemError) -> (DirectoryHandle, String) {
        // Backslashes are allowed: a job may use them in the names of its files. HTCondor's rule is applied where names are sent and received.
        guard let parts = SandboxName.components(of: name), let last = parts.last, parts.count <= Self.maximumDepth
        else { throw SystemError("illegal path", EPERM) }
        var directory = self
        for part in parts.dropLast() {
            if creating { _ = mkdirat(directory.descriptor, part, 0o700) }
            directory = try directory.child(part, name)
        }
        return (directory, last)
    }
}
