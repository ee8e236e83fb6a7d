package import Glibc
package import POSIX

/// Directories and files below an open directory, reached without following links.
package enum FileTree {
    /// Directories within each other that are copied.
    static let maximumDepth = 128

    // MARK: - Looking

    /// The names in an open directory; none if it cannot be read.
    package static func names(in directory: Int32) -> [String] { (try? DirectoryNames.all(in: directory)) ?? [] }

    package static func status(_ directory: Int32, _ name: String) -> stat? {
        var status = stat()
        return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    package static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
    package static func isFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
    package static func isLink(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFLNK }

    /// Opens a directory by name; nil for a link or something else.
    package static func openDirectory(_ directory: Int32, _ name: String) -> Int32? {
        let opened = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        return opened >= 0 ? opened : nil
    }

    /// KiB below a directory, as HTCondor counts: the sizes of files, each rounded up by itself.
    package static func sizeKB(_ path: String) -> Int64 {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return 0 }
        defer { close(directory) }
        return sizeKB(directory, depth: 0)
    }

    private static func sizeKB(_ directory: Int32, depth: Int) -> Int64 {
        guard depth < maximumDepth else { return 0 }
        var total: Int64 = 0
        for name in names(in: directory) {
            guard let status = status(directory, name) else { continue }
            if isFile(status) {
                total += (Int64(status.st_size) + 1023) / 1024
            } else if isDirectory(status), let child = openDirectory(directory, name) {
                defer { close(child) }
                total += sizeKB(child, depth: depth + 1)
            }
        }
        return total
    }

    // MARK: - Removing

    /// Removes a directory with everything in it, however deep and whatever the permissions.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        chmod(path, 0o700)
        let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard top >= 0 else { throw SystemError("opening \(path)") }
        defer { close(top) }
        var moved = 0
        // What lies too deep is moved up and comes next.
        repeat {
            removeContents(top, top: top, depth: 0, moved: &moved)
        } while !names(in: top).isEmpty && retries(&moved)
        guard rmdir(path) == 0 else { throw SystemError("removing \(path)") }
    }

    private static func retries(_ moved: inout Int) -> Bool {
        defer { moved = 0 }
        return moved > 0
    }

    private static func removeContents(_ directory: Int32, top: Int32, depth: Int, moved: inout Int) {
        for name in names(in: directory) {
            if unlinkat(directory, name, 0) == 0 { continue }
            if depth >= 64 {
                if renameat(directory, name, top, "_deep\(moved)_\(getpid())") == 0 { moved += 1 }
                continue
            }
            // A directory its owner closed to itself.
            fchmodat(directory, name, 0o700, 0)
            guard let child = openDirectory(directory, name) else { continue }
            removeContents(child, top: top, depth: depth + 1, moved: &moved)
            close(child)
            unlinkat(directory, name, AT_REMOVEDIR)
        }
    }

    // MARK: - Copying

    /// Copies an open file into a directory. A file of the same name is replaced.
    /// - Parameters:
    ///   - owner: who is to own the copy; nil for whoever makes it.
    /// - Returns: bytes.
    package static func copyFile(_ source: Int32, to directory: Int32, _ name: String, mode: mode_t, owner: JobAccount?) throws(SystemError) -> Int64
    {
        if unlinkat(directory, name, 0) != 0, errno != ENOENT { throw SystemError("replacing \(name)") }
        let target = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw SystemError("making \(name)") }
        defer { close(target) }
        var copied: Int64 = 0
        let failure: SystemError? = withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
            while true {
                let length = read(source, buffer.baseAddress, buffer.count)
                if length < 0, errno == EINTR { continue }
                guard length >= 0 else { return SystemError("reading \(name)") }
                if length == 0 { return nil }
                var written = 0
                while written < length {
                    let part = write(target, buffer.baseAddress?.advanced(by: written), length - written)
                    if part < 0, errno == EINTR { continue }
                    guard part > 0 else { return SystemError("writing \(name)") }
                    written += part
                }
                copied += Int64(length)
            }
        }
        if let failure { throw failure }
        if let owner, fchown(target, owner.uid, owner.gid) != 0 { throw SystemError("giving \(name) away") }
        guard fchmod(target, mode & 0o777) == 0 else { throw SystemError("setting the permissions of \(name)") }
        return copied
    }

    /// Makes a directory in another one, and opens it; it may exist already.
    package static func makeDirectory(_ directory: Int32, _ name: String, mode: mode_t, owner: JobAccount?) throws(SystemError) -> Int32 {
        guard mkdirat(directory, name, 0o700) == 0 || errno == EEXIST else { throw SystemError("making the directory \(name)") }
        guard let made = openDirectory(directory, name) else { throw SystemError("opening the directory \(name)") }
        guard fchmod(made, mode & 0o777 | 0o700) == 0, owner.map({ fchown(made, $0.uid, $0.gid) }) ?? 0 == 0 else {
            let error = SystemError("setting the permissions of \(name)")
            close(made)
            throw error
        }
        return made
    }

    /// How much was copied.
    package struct Amount: Sendable, Equatable {
        package var bytes: Int64 = 0
        package var files = 0

        package init(bytes: Int64 = 0, files: Int = 0) {
            self.bytes = bytes
            self.files = files
        }
    }

    /// What happens to symbolic links in a copied directory.
    package enum Links: Sendable {
        /// They are errors.
        case refused
        /// The file they lead to is copied, if the account may read it and it is none of the hidden ones.
        case followed(FileAccess)
        /// The file they lead to is copied, if it is below this directory (absolute, without links itself).
        case followedWithin(String)
    }

    /// Copies the contents of one directory to another.
    package static func copyContents(
        of source: Int32, to target: Int32, owner: JobAccount?, links: Links, shown: String, depth: Int = 0, amount: inout Amount
    ) throws(SystemError) {
        guard depth < maximumDepth else { throw SystemError("copying \(shown)", ELOOP) }
        for name in names(in: source).sorted() {
            try copyEntry(
                name, of: source, to: target, as: name, owner: owner, links: links, shown: shown + "/" + name, depth: depth, amount: &amount)
        }
    }

    /// Copies one entry of a directory, with everything below it if it is a directory.
    package static func copyEntry(
        _ name: String, of source: Int32, to target: Int32, as newName: String, owner: JobAccount?, links: Links, shown: String,
        depth: Int = 0, amount: inout Amount
    ) throws(SystemError) {
        guard let status = status(source, name) else { throw SystemError("reading from file \(shown)") }
        if isDirectory(status) {
            guard let child = openDirectory(source, name) else { throw SystemError("reading from directory \(shown)") }
            defer { close(child) }
            let made = try makeDirectory(target, newName, mode: status.st_mode, owner: owner)
            defer { close(made) }
            // Counted as HTCondor does.
            amount.files += 1
            try copyContents(of: child, to: made, owner: owner, links: links, shown: shown, depth: depth + 1, amount: &amount)
            return
        }
        let file = isLink(status) ? try openLink(source, name, links, shown) : openat(source, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard file >= 0 else { throw SystemError("reading from file \(shown)") }
        defer { close(file) }
        var opened = stat()
        guard fstat(file, &opened) == 0, isFile(opened) else { throw SystemError("reading from file \(shown)", EISDIR) }
        amount.bytes += try copyFile(file, to: target, newName, mode: opened.st_mode, owner: owner)
        amount.files += 1
    }

    /// Opens what a link leads to.
    package static func openLink(_ source: Int32, _ name: String, _ links: Links, _ shown: String) throws(SystemError) -> Int32 {
        func refused(_ number: Int32) -> SystemError { SystemError("reading from file \(shown)", number) }
        guard let directory = FileAccess.path(of: source), let real = FileAccess.resolved(directory + "/" + name) else { throw refused(ENOENT) }
        switch links {
        case .refused: throw refused(ELOOP)
        case .followed(let access): guard !access.isHidden(real) else { throw refused(EACCES) }
        case .followedWithin(let top): guard real.utf8.starts(with: (top + "/").utf8) else { throw refused(EACCES) }
        }
        let file = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard file >= 0 else { throw refused(errno) }
        // Nothing may have changed on the way.
        guard FileAccess.path(of: file) == real else {
            close(file)
            throw refused(EACCES)
        }
        return file
    }
}
