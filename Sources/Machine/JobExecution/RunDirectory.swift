package import Glibc
package import POSIX

/// The directory of one run: `dir_<run>` below a directory for all of them, with the job's scratch directory in it and, out of the job's reach, the
/// plan.
///
///     dir_17/            this process's own
///         plan           for the supervisor, see LaunchPlan
///         scratch/       the job's, mode 0700; it starts here
///         tmp/ vartmp/   the job's /tmp and /var/tmp, where it has its own mounts
package struct RunDirectory: Sendable, Hashable {
    package let path: String
    package let run: UInt64

    /// - Parameter parent: the directory for all runs.
    package init(in parent: String, run: UInt64) {
        self.run = run
        path = "\(parent)/dir_\(run)"
    }

    package var scratch: String { path + "/scratch" }
    package var plan: String { path + "/plan" }
    package var privateTemporary: String { path + "/tmp" }
    package var privateVarTemporary: String { path + "/vartmp" }

    /// Shows the job directories of its own as `/tmp` and `/var/tmp`, and a file system in memory as `/dev/shm`; for ``LaunchPlan/binds``.
    package var temporaryBinds: [(source: String, target: String)] {
        [(privateTemporary, "/tmp"), (privateVarTemporary, "/var/tmp"), ("", "/dev/shm")]
    }

    /// The run directories in a directory.
    package static func all(in parent: String) -> [RunDirectory] {
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return [] }
        defer { close(directory) }
        return FileTree.names(in: directory).compactMap { name in
            guard name.hasPrefix("dir_"), let run = UInt64(name.dropFirst(4)) else { return nil }
            return RunDirectory(in: parent, run: run)
        }
    }

    /// Makes the directories.
    package func make(owner: JobAccount, hasPrivateTemporary: Bool) throws(SystemError) {
        // Others may pass through to where they are allowed, but not look around.
        guard mkdir(path, 0o711) == 0 else { throw SystemError("making \(path)") }
        chmod(path, 0o711)
        for directory in hasPrivateTemporary ? [scratch, privateTemporary, privateVarTemporary] : [scratch] {
            guard mkdir(directory, 0o700) == 0 else { throw SystemError("making \(directory)") }
            if geteuid() == 0, chown(directory, owner.uid, owner.gid) != 0 { throw SystemError("giving \(directory) away") }
        }
    }

    /// Removes the directory and everything in it.
    package func remove() throws(SystemError) { try FileTree.remove(path) }

    /// Writes a new file.
    ///
    /// - Parameter owner: the account that is to own the file, where this process is root; nil for its own.
    package func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600, owner: JobAccount? = nil) throws(SystemError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError("making \(path)") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw SystemError("writing \(path)") }
        if let owner, geteuid() == 0, fchown(file, owner.uid, owner.gid) != 0 { throw SystemError("giving \(path) away") }
    }
}
