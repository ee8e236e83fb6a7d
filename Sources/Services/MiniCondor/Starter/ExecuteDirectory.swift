import Glibc

/// The directory of one run: `dir_<run>` below `execute`, with the job's scratch directory in it and, out of the job's reach, what the scheduler notes.
///
///     dir_17/            the scheduler's own
///         job            which job it is, in which slot
///         plan           for the supervisor, see LaunchPlan
///         outputs        names of files brought back, once they are known
///         scratch/       the job's, mode 0700; it starts here
///         tmp/ vartmp/   the job's /tmp and /var/tmp, where it has its own mounts
struct ExecuteDirectory: Sendable, Hashable {
    let path: String
    let run: UInt64

    init(execute: String, run: UInt64) {
        self.run = run
        path = "\(execute)/dir_\(run)"
    }

    var scratch: String { path + "/scratch" }
    var plan: String { path + "/plan" }
    var privateTemporary: String { path + "/tmp" }
    var privateVarTemporary: String { path + "/vartmp" }
    private var record: String { path + "/job" }
    private var outputs: String { path + "/outputs" }

    /// The runs there are directories of.
    static func all(in execute: String) -> [ExecuteDirectory] {
        let directory = open(execute, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return [] }
        defer { close(directory) }
        return FileTree.names(in: directory).compactMap { name in
            guard name.hasPrefix("dir_"), let run = UInt64(name.dropFirst(4)) else { return nil }
            return ExecuteDirectory(execute: execute, run: run)
        }
    }

    /// Makes the directories.
    func make(owner: JobAccount, hasPrivateTemporary: Bool) throws(SystemError) {
        // Others may pass through to where they are allowed, but not look around.
        guard mkdir(path, 0o711) == 0 else { throw SystemError("making \(path)") }
        chmod(path, 0o711)
        for directory in hasPrivateTemporary ? [scratch, privateTemporary, privateVarTemporary] : [scratch] {
            guard mkdir(directory, 0o700) == 0 else { throw SystemError("making \(directory)") }
            if geteuid() == 0, chown(directory, owner.uid, owner.gid) != 0 { throw SystemError("giving \(directory) away") }
        }
    }

    func remove() throws(SystemError) { try FileTree.remove(path) }

    /// Writes a file of the scheduler's own.
    func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600, owner: JobAccount? = nil) throws(SystemError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError("making \(path)") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw SystemError("writing \(path)") }
        if let owner, geteuid() == 0, fchown(file, owner.uid, owner.gid) != 0 { throw SystemError("giving \(path) away") }
    }

    /// Gives the job a file in its scratch directory.
    func writeForJob(_ bytes: [UInt8], named name: String, owner: JobAccount) throws(SystemError) {
        try write(bytes, to: scratch + "/" + name, mode: 0o644, owner: owner)
    }

    // MARK: - For a scheduler that comes later

    /// What must be known to take up a run again.
    struct Record: Sendable, Equatable {
        var job: String
        var slot: Int
        var cpus: Int
        var memoryMB: Int64
        var diskKB: Int64
        var gpus: [String]
        /// Seconds since 1970.
        var since: Int64
        var account: JobAccount
        /// Bytes of input.
        var bytesReceived: Int64
    }

    func writeRecord(_ record: Record) throws(SystemError) {
        let text =
            "\(record.job)\n\(record.slot) \(record.cpus) \(record.memoryMB) \(record.diskKB) \(record.since) \(record.account.uid) \(record.account.gid) \(record.bytesReceived)\n\(record.gpus.joined(separator: ","))\n"
        try write(Array(text.utf8), to: self.record)
    }

    func readRecord() -> Record? {
        guard let bytes = ProcessTree.readSmallFile(record) else { return nil }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 3 else { return nil }
        let numbers = lines[1].utf8.split(separator: 0x20).compactMap { Int64(Substring($0)) }
        guard numbers.count == 8, let uid = uid_t(exactly: numbers[5]), let gid = gid_t(exactly: numbers[6]) else { return nil }
        return Record(
            job: lines[0], slot: Int(numbers[0]), cpus: Int(numbers[1]), memoryMB: numbers[2], diskKB: numbers[3],
            gpus: lines[2].utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }, since: numbers[4],
            account: JobAccount(uid: uid, gid: gid), bytesReceived: numbers[7])
    }

    /// Notes which files are being brought back, before the first of them moves.
    func writeOutputs(_ names: [String]) throws(SystemError) {
        unlink(outputs)
        try write(Array(names.joined(separator: "\0").utf8), to: outputs)
    }

    /// What was noted by a scheduler that did not get any further.
    func readOutputs() -> [String]? {
        guard access(outputs, F_OK) == 0, let bytes = ProcessTree.readSmallFile(outputs) else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
