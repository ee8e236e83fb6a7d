package import Glibc
package import POSIX

/// Operations on files and directories below an open directory, without following links.
package enum FileTree {
    /// The largest nesting depth of directories that are copied.
    static let maximumDepth = 128

    // MARK: - Looking

    /// The names in an open directory; empty if it cannot be read.
    package static func names(in directory: Int32) -> [String] { (try? DirectoryNames.all(in: directory)) ?? [] }

    package static func status(_ directory: Int32, _ name: String) -> stat? {
        var status = stat()
        return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    package static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
    package static func isFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
    package static func isLink(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFLNK }

    /// Opens a subdirectory by name; nil for a link or anything else.
    package static func openDirectory(_ directory: Int32, _ name: String) -> Int32? {
        let opened = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        return opened >= 0 ? opened : nil
    }

    /// The size below a directory in KiB, as HTCondor counts it: each file's size is rounded up separately.
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

    /// Removes a directory with all its contents, whatever its depth and permissions.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        chmod(path, 0o700)
        let top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard top >= 0 else { throw SystemError("opening \(path)") }
        defer { close(top) }
        var moved = 0
        // Directories that lie too deep are moved up and removed next.
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
            // The owner may have removed its own access.
            fchmodat(directory, name, 0o700, 0)
            guard let child = openDirectory(directory, name) else { continue }
            removeContents(child, top: top, depth: depth + 1, moved: &moved)
            close(child)
            unlinkat(directory, name, AT_REMOVEDIR)
        }
    }

    // MARK: - Copying

    /// Copies an open file into a directory, replacing a file of the same name.
    /// - Parameters:
    ///   - owner: the copy's owner; nil for the current user.
    /// - Returns: the number of bytes copied.
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

    /// Creates a subdirectory unless it exists, and opens it.
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

    /// The amount of copied data.
    package struct Amount: Sendable, Equatable {
        package var bytes: Int64 = 0
        package var files = 0

        package init(bytes: Int64 = 0, files: Int = 0) {
            self.bytes = bytes
            self.files = files
        }
    }

    /// The treatment of symbolic links in a copied directory.
    package enum Links: Sendable {
        /// Links are errors.
        case refused
        /// The target file is copied, if the account may read it and it is not hidden.
        case followed(FileAccess)
        /// The target file is copied, if it lies below this directory (an absolute path without links).
        case followedWithin(String)
    }

    /// Copies a directory's contents to another directory.
    package static func copyContents(
        of source: Int32, to target: Int32, owner: JobAccount?, links: Links, shown: String, depth: Int = 0, amount: inout Amount
    ) throws(SystemError) {
        guard depth < maximumDepth else { throw SystemError("copying \(shown)", ELOOP) }
        for name in names(in: source).sorted() {
            try copyEntry(
                name, of: source, to: target, as: name, owner: owner, links: links, shown: shown + "/" + name, depth: depth, amount: &amount)
        }
    }

    /// Copies one entry of a directory, including all contents of a subdirectory.
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
            // As HTCondor counts.
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

    /// Opens the target of a link.
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
        // The path must not have changed in the meantime.
        guard FileAccess.path(of: file) == real else {
            close(file)
            throw refused(EACCES)
        }
        return file
    }
}
