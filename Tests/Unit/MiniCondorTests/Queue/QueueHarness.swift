import ClassAd
import CondorModel
import CondorProtocol
import Foundation
import POSIX
import Synchronization

@testable import MiniCondor

/// A job queue in a directory of its own, with a clock that stands still and the events it reported.
final class QueueHarness: Sendable {
    let directory: String
    let queue: JobQueue
    private let clock: TestClock
    private let log: EventLog

    static let alice = Requester(user: "alice@pool.test", isQueueSuperuser: false)
    static let bob = Requester(user: "bob@pool.test", isQueueSuperuser: false)
    static let admin = Requester(user: "admin@pool.test", isQueueSuperuser: true)

    convenience init(_ adjust: (inout QueueSettings) -> Void = { _ in }) throws {
        let directory = NSTemporaryDirectory() + "/queue-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try self.init(in: directory, clock: TestClock(), adjust)
    }

    private init(in directory: String, clock: TestClock, _ adjust: (inout QueueSettings) -> Void) throws {
        self.directory = directory
        self.clock = clock
        let log = EventLog()
        self.log = log
        var settings = QueueSettings(scheddName: "mini@pool.test", uidDomain: "pool.test")
        settings.now = { clock.now }
        adjust(&settings)
        queue = try JobQueue.open(directory, settings: settings) { log.append($0) }
    }

    /// Closes the queue and opens it again.
    func reopened(_ adjust: (inout QueueSettings) -> Void = { _ in }) async throws -> QueueHarness {
        await queue.close()
        return try QueueHarness(in: directory, clock: clock, adjust)
    }

    func remove() async {
        await queue.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    var now: Int64 { clock.now }
    func advance(_ seconds: Int64) { clock.advance(seconds) }
    var events: [JobEventRecord] { log.records }
    var eventNumbers: [Int] { log.records.map(\.event.number) }

    /// Submits a cluster the way condor_submit does.
    @discardableResult
    func submit(
        _ count: Int = 1, as requester: Requester = alice, cluster: [String: String] = [:], procs: [String: String] = [:]
    ) async throws -> Int {
        var transaction = queue.begin(requester)
        let id = try transaction.newCluster()
        let ad = [
            "Cmd": "\"/bin/sleep\"", "Iwd": "\"/tmp\"", "JobUniverse": "5", "Owner": "undefined", "RequestCpus": "1", "ClusterId": "\(id)",
            "Requirements": "true",
        ]
        for proc in 0..<count {
            let number = try transaction.newProc(cluster: id)
            if proc == 0 {
                for (name, value) in ad.merging(cluster, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
                    try transaction.setAttribute(.cluster(id), name: name, value: value, flags: .noAck)
                }
            }
            let key = QueueKey(cluster: id, proc: number)
            try transaction.setAttribute(key, name: "ProcId", value: "\(number)", flags: .noAck)
            try transaction.setAttribute(key, name: "JobStatus", value: "1", flags: .noAck)
            for (name, value) in procs.sorted(by: { $0.key < $1.key }) { try transaction.setAttribute(key, name: name, value: value, flags: .noAck) }
        }
        _ = try await transaction.commit()
        return id
    }

    func job(_ text: String) -> JobSnapshot? { JobID(text).flatMap { queue.job($0) } }

    func text(_ name: String, of job: String) -> String? { self.job(job)?[name].map { String(decoding: $0, as: UTF8.self) } }

    static let start = JobRunStart(
        slotName: "slot1_1@node", slotID: 1, startdAddress: "<127.0.0.1:9>", publicClaimID: "", cpus: 1, memoryMB: 128, diskKB: 1024, gpus: 0)
    static let execution = JobExecutionStart(
        host: "<127.0.0.1:9>", slotName: "slot1_1@node", scratchDirectory: "/scratch", cpus: 1, memoryMB: 128, diskKB: 1024, gpus: 0)

    /// Lets a job begin to run.
    func run(_ text: String) async throws {
        guard let id = JobID(text) else { return }
        _ = try await queue.apply(.started(Self.start), to: id)
        _ = try await queue.apply(.executing(Self.execution), to: id)
    }

    func exit(_ text: String, _ code: Int = 0) async throws -> JobNextStep {
        guard let id = JobID(text) else { return .unknownJob }
        return try await queue.apply(
            .exited(JobExit(ending: .code(code), usage: JobUsage(), startedAt: now, endedAt: now)), to: id)
    }

    /// The records of the history, newest first.
    func history(_ constraint: String = "true") throws -> [JobSnapshot] {
        var scan = queue.history.scan(try ExprTree.parse(constraint, syntax: .old))
        var records: [JobSnapshot] = []
        while let record = try scan.next() { records.append(record) }
        return records
    }

    func ids(_ constraint: String) throws -> [String] {
        queue.scan(try ExprTree.parse(constraint, syntax: .old)).map(\.id.description)
    }
}

final class TestClock: Sendable {
    private let time = Mutex<Int64>(1_800_000_000)
    var now: Int64 { time.withLock { $0 } }
    func advance(_ seconds: Int64) { time.withLock { $0 += seconds } }
}

final class EventLog: Sendable {
    private let stored = Mutex<[JobEventRecord]>([])
    var records: [JobEventRecord] { stored.withLock { $0 } }
    func append(_ records: [JobEventRecord]) { stored.withLock { $0 += records } }
}

/// What the queue knows of idle jobs, as the matchmaker would find it.
extension JobQueue {
    /// Who has idle jobs, and how many idle and active ones each has.
    var demand: [SubmitterDemand] {
        state.withLock { state in
            state.submitters.indices.compactMap { number in
                let idle = state.idle[number].count
                guard idle > 0 || !state.active[number].isEmpty else { return nil }
                return SubmitterDemand(submitter: state.submitters[number], idle: idle, active: state.active[number].count)
            }
        }
    }

    /// The idle jobs of one submitter in the order in which they ask for a machine: by `JobPrio`, then by id.
    func runnable(of submitter: String, after: JobSnapshot? = nil, limit: Int) -> [JobSnapshot] {
        state.withLock { state in
            guard let number = state.submitterNumber(of: submitter) else { return [] }
            return state.idle[number].keys(after: after.map(IdleIndex.Key.init), limit: limit).compactMap { key in
                JobID(cluster: Int(key.cluster), proc: Int(key.proc)).flatMap { state.job($0) }
            }
        }
    }
}

/// How much one submitter wants.
struct SubmitterDemand: Sendable, Equatable {
    /// The accounting group or user the use is charged to.
    var submitter: String
    var idle: Int
    var active: Int
}
