import Glibc
import JobExecution
import Logging
import NIOPosix
import POSIX
import Synchronization

/// Appends events to the jobs' log files, in the given order, on its own thread.
///
/// A spooled job's log is in its spool directory, whatever path its owner wrote. Any other log is opened with the rights of the job's account, and
/// never within the scheduler's own directories.
final class UserLog: Sendable {
    private let spool: SpoolDirectory
    private let access: @Sendable (_ user: String) -> FileAccess
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    /// Events of jobs whose sandboxes have not arrived yet, by path.
    private let early = Mutex<[String: [UInt8]]>([:])

    /// - Parameter access: the files that a user's jobs may access.
    init(spool: SpoolDirectory, access: @escaping @Sendable (_ user: String) -> FileAccess, logger: Logger) {
        self.spool = spool
        self.access = access
        self.logger = logger
        thread.start()
    }

    /// Queues events for appending; does not wait.
    func append(_ records: [JobEventRecord]) {
        guard !records.isEmpty else { return }
        thread.submit { [self] state in
            if case .active = state { write(records) }
        }
    }

    /// Returns when all events so far have been written.
    func flush() async {
        _ = try? await thread.runIfActive {}
    }

    /// Writes outstanding events and ends the thread.
    func close() async {
        await flush()
        try? await thread.shutdownGracefully()
    }

    /// The path of a job's log; nil if it has none.
    func path(for record: JobEventRecord) -> (path: String, isSpooled: Bool)? {
        guard let log = record.job.string("UserLog"), !log.isEmpty, log != "/dev/null" else { return nil }
        let directory = record.job.string("Iwd") ?? "/"
        if directory.utf8.starts(with: (spool.path + "/").utf8) {
            let name = FileAccess.baseName(log)
            guard !name.isEmpty, name != ".", name != ".." else { return nil }
            return (directory + "/" + name, true)
        }
        return (FileAccess.join(directory, log), false)
    }

    private func write(_ records: [JobEventRecord]) {
        var i = 0
        while i < records.count {
            guard let place = path(for: records[i]) else {
                i += 1
                continue
            }
            var text: [UInt8] = []
            let isFirst = records[i].event.isSubmission
            // A cluster's jobs often share a log, and their events arrive together.
            while i < records.count, let next = path(for: records[i]), next == place {
                text += UserLogText.render(records[i])
                i += 1
            }
            do throws(SystemError) {
                try append(text, to: place, isFirst: isFirst, access(records[i - 1].job.user))
            } catch {
                logger.warning("events of a job are not logged", metadata: ["job": "\(records[i - 1].key)", "reason": "\(error)"])
            }
        }
    }

    private func append(
        _ text: [UInt8], to place: (path: String, isSpooled: Bool), isFirst: Bool, _ access: FileAccess
    ) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_APPEND
        let file: Int32
        var text = text
        if place.isSpooled {
            // The submission is logged before the job's input has arrived.
            if isFirst, let slash = place.path.lastIndex(of: "/") { try? DirectoryHandle.makeIfMissing(String(place.path[..<slash])) }
            file = open(place.path, flags | O_CLOEXEC | O_NOFOLLOW, 0o644)
            if file < 0, errno == ENOENT {
                early.withLock { $0[place.path, default: []] += text }
                return
            }
            guard file >= 0 else { throw SystemError("opening \(place.path)") }
            if let before = early.withLock({ $0.removeValue(forKey: place.path) }) { text = before + text }
        } else {
            file = try access.open(place.path, flags, 0o644)
        }
        defer { Glibc.close(file) }
        var written = 0
        while written < text.count {
            let length = text.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
            if length < 0, errno == EINTR { continue }
            guard length > 0 else { throw SystemError("writing to \(place.path)") }
            written += length
        }
    }
}

extension JobEvent {
    /// Whether this is the first event of a job.
    fileprivate var isSubmission: Bool {
        if case .submitted = self { return true }
        return false
    }
}
