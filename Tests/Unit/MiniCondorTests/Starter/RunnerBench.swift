import ClassAd
import CondorModel
import CondorProtocol
import Foundation
import Glibc
import JobExecution
import Logging
import POSIX
import Synchronization

@testable import MiniCondor

/// A queue with a runner at work in a directory of its own; jobs are submitted with their files in place, and their events waited for.
final class RunnerBench: Sendable {
    let directory: String
    let queue: JobQueue
    let runner: JobRunner
    let log: UserLog
    private let events: EventBoard
    private let running: Task<Void, any Error>

    static let alice = Requester(user: "alice@pool.test", isQueueSuperuser: false)
    static let bob = Requester(user: "bob@pool.test", isQueueSuperuser: false)

    init(
        in existing: String? = nil, cpus: Int = 2, adjust: (inout StarterSettings) -> Void = { _ in }
    ) throws {
        if let existing {
            directory = existing
        } else {
            var template = Array("/tmp/htapi-runner-test.XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw SystemError("making a directory") }
            directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let events = EventBoard()
        self.events = events
        let log = UserLog(
            spool: SpoolDirectory(directory + "/spool"), access: { [directory] _ in FileAccess(account: .current, hidden: [directory]) },
            logger: logger)
        self.log = log
        queue = try JobQueue.open(directory, settings: QueueSettings(scheddName: "mini@pool.test", uidDomain: "pool.test")) { records in
            log.append(records)
            events.append(records)
        }
        var settings = StarterSettings(executeDirectory: directory + "/execute", schedulerDirectory: directory)
        settings.endsWithScheduler = true
        adjust(&settings)
        let slots = SlotSettings(
            machine: "node.pool.test", address: "<127.0.0.1:9618>", uidDomain: "pool.test", scheddName: "mini@pool.test",
            version: "$CondorVersion: 25.14.1 2026-10-16 $", platform: "$CondorPlatform: X86_64-Linux $",
            resources: MachineResources(cpus: cpus, memoryMB: 1024, diskKB: 1 << 20, gpus: []))
        let runner = JobRunner(queue: queue, slots: slots, settings: settings, logger: logger)
        self.runner = runner
        running = Task { try await runner.run() }
    }

    /// Ends the runner and, unless the directory is to be used again, removes everything.
    func finish(keepsDirectory: Bool = false) async {
        runner.stop()
        try? await running.value
        await queue.close()
        await log.close()
        if !keepsDirectory { try? FileTree.remove(directory) }
    }

    // MARK: - Jobs

    struct File {
        var name: String
        var text: String
        var isExecutable = false
    }

    static func script(_ text: String) -> File { File(name: "job.sh", text: "#!/bin/sh\n" + text + "\n", isExecutable: true) }

    /// Submits jobs of one cluster, whose files are as if they had been spooled.
    @discardableResult
    func submit(
        _ files: [File], count: Int = 1, as requester: Requester = alice, _ attributes: [String: String] = [:]
    ) async throws -> JobID {
        var transaction = queue.begin(requester)
        let cluster = try transaction.newCluster()
        var ad = [
            "Cmd": "\"job.sh\"", "JobUniverse": "5", "Owner": "undefined", "RequestCpus": "1", "RequestMemory": "64", "RequestDisk": "64",
            "ClusterId": "\(cluster)", "Requirements": "true", "ShouldTransferFiles": "\"YES\"", "Out": "\"out\"", "Err": "\"err\"",
            "UserLog": "\"log\"",
        ]
        ad.merge(attributes) { $1 }
        var first: JobID?
        for proc in 0..<count {
            let number = try transaction.newProc(cluster: cluster)
            if proc == 0 {
                for (name, value) in ad.sorted(by: { $0.key < $1.key }) {
                    try transaction.setAttribute(.cluster(cluster), name: name, value: value, flags: .noAck)
                }
            }
            guard let id = JobID(cluster: cluster, proc: number) else { throw SystemError("numbering", EINVAL) }
            first = first ?? id
            let key = QueueKey(cluster: cluster, proc: number)
            let spool = queue.spoolDirectory(of: id)
            try put(files, in: spool)
            for (name, value) in [("ProcId", "\(number)"), ("JobStatus", "1")] + (attributes["Iwd"] == nil ? [("Iwd", "\"\(spool)\"")] : []) {
                try transaction.setAttribute(key, name: name, value: value, flags: .noAck)
            }
        }
        _ = try await transaction.commit()
        guard let first else { throw SystemError("submitting", EINVAL) }
        return first
    }

    func put(_ files: [File], in directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        chmod(directory, 0o700)
        for file in files {
            let path = directory + "/" + file.name
            try FileManager.default.createDirectory(atPath: FileAccess.split(path).directory, withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
            chmod(path, file.isExecutable ? 0o755 : 0o644)
        }
    }

    /// A file of the job's spool directory.
    func spooled(_ name: String, of job: JobID) -> String? { text(queue.spoolDirectory(of: job) + "/" + name) }

    func text(_ path: String) -> String? { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }

    func attribute(_ name: String, of job: JobID) -> String? { queue.job(job)?[name].map { String(decoding: $0, as: UTF8.self) } }

    // MARK: - Events

    /// Waits until as many events with these numbers have happened to the job.
    @discardableResult
    func wait(for job: JobID, _ numbers: Int..., times: Int = 1) async -> JobEvent {
        await events.wait(for: job, numbers, times: times)
    }

    func eventNumbers(of job: JobID) -> [Int] { events.records(of: job).map(\.event.number) }
}

/// The events so far, and who waits for one.
final class EventBoard: Sendable {
    private struct State {
        var records: [JobEventRecord] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func append(_ records: [JobEventRecord]) {
        let waiting = state.withLock { state in
            state.records += records
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }

    func records(of job: JobID) -> [JobEventRecord] { state.withLock { $0.records.filter { $0.key == QueueKey(job) } } }

    func wait(for job: JobID, _ numbers: [Int], times: Int) async -> JobEvent {
        while true {
            var seen = 0
            let matching = records(of: job).filter { numbers.contains($0.event.number) }
            if matching.count >= times { return matching[times - 1].event }
            await withCheckedContinuation { continuation in
                let isNew = state.withLock { state in
                    seen = state.records.count { $0.key == QueueKey(job) && numbers.contains($0.event.number) }
                    if seen > matching.count { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isNew { continuation.resume() }
            }
        }
    }
}
