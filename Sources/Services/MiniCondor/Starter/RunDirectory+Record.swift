import Glibc
import JobExecution
import POSIX

/// The starter's records in the directory of a run, besides its plan.
///
///     job            the job and its slot
///     outputs        names of output files, once they are known
extension RunDirectory {
    private var record: String { path + "/job" }
    private var outputs: String { path + "/outputs" }

    /// Creates a file for the job in its scratch directory.
    func writeForJob(_ bytes: [UInt8], named name: String, owner: JobAccount) throws(SystemError) {
        try write(bytes, to: scratch + "/" + name, mode: 0o644, owner: owner)
    }

    // MARK: - For the next scheduler

    /// What a later scheduler needs to take over a run.
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
        let numbers = [
            "\(record.slot)", "\(record.cpus)", "\(record.memoryMB)", "\(record.diskKB)", "\(record.since)", "\(record.account.uid)",
            "\(record.account.gid)", "\(record.bytesReceived)",
        ]
        let text = "\(record.job)\n\(numbers.joined(separator: " "))\n\(record.gpus.joined(separator: ","))\n"
        try write(Array(text.utf8), to: self.record)
    }

    func readRecord() -> Record? {
        guard let bytes = FileReading.prefix(of: record) else { return nil }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 3 else { return nil }
        let numbers = lines[1].utf8.split(separator: 0x20).compactMap { Int64(Substring($0)) }
        guard numbers.count == 8, let uid = uid_t(exactly: numbers[5]), let gid = gid_t(exactly: numbers[6]) else { return nil }
        return Record(
            job: lines[0], slot: Int(numbers[0]), cpus: Int(numbers[1]), memoryMB: numbers[2], diskKB: numbers[3],
            gpus: lines[2].utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }, since: numbers[4],
            account: JobAccount(uid: uid, gid: gid), bytesReceived: numbers[7])
    }

    /// Records the names of the output files before the first of them is moved.
    func writeOutputs(_ names: [String]) throws(SystemError) {
        unlink(outputs)
        try write(Array(names.joined(separator: "\0").utf8), to: outputs)
    }

    /// The names that an earlier scheduler recorded before it ended.
    func readOutputs() -> [String]? {
        guard access(outputs, F_OK) == 0, let bytes = FileReading.prefix(of: outputs) else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
