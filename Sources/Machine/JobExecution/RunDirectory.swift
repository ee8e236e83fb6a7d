import Glibc
package import POSIX

/// The directory of one run: `dir_<run>` below a directory for all of them, with the job's scratch directory in it and, inaccessible to the job,
/// the plan.
///
///     dir_17/            belongs to this process
///         plan           for the supervisor, see LaunchPlan
///         scratch/       belongs to the job, mode 0700; the job starts here
///         tmp/ vartmp/   the job's /tmp and /var/tmp, if it has a mount namespace
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

    /// Mounts for ``LaunchPlan/binds``: private directories as `/tmp` and `/var/tmp`, and a file system in memory as `/dev/shm`.
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
        // Others may traverse the directory but not list it.
        guard mkdir(path, 0o711) == 0 else { throw SystemError("making \(path)") }
        chmod(path, 0o711)
        for directory in hasPrivateTemporary ? [scratch, privateTemporary, privateVarTemporary] : [scratch] {
            guard mkdir(directory, 0o700) == 0 else { throw SystemError("making \(directory)") }
            if geteuid() == 0, chown(directory, owner.uid, owner.gid) != 0 { throw SystemError("giving \(directory) away") }
        }
    }

    /// Removes the directory and all its contents.
    package func remove() throws(SystemError) { try FileTree.remove(path) }

    /// Writes a new file.
    ///
    /// - Parameter owner: the file's owner, if this process is root; nil for this process's own account.
    package func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600, owner: JobAccount? = nil) throws(SystemError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError("making \(path)") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw SystemError("writing \(path)") }
        if let owner, geteuid() == 0, fchown(file, owner.uid, owner.gid) != 0 { throw SystemError("giving \(path) away") }
    }
}
