import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import NIOCore
import Synchronization

@testable import Jobs

/// A scheduler with a queue of a few jobs, which answers at once and notes what it is told. Whatever it shall refuse can be set.
final class ScriptedScheduler: Scheduler {
    struct State {
        var jobs: [JobID: ClassAd] = [:]
        /// Newest first.
        var history: [ClassAd] = []
        var nextCluster = 1
        /// Under which the scheduler knows the caller.
        var user = "alice@pool.test"
        /// Releases jobs that need no input within their submission.
        var takesStaging = true
        /// Whether anybody may have any job's sandbox.
        var isSuperuser = false

        var readFailure: CondorError?
        var editFailure: CondorError?
        var spoolFailure: CondorError?
        /// Files of every job's sandbox, by name.
        var files: [String: ByteBuffer] = [:]
        /// What a running job has written; nil if there is no starter to ask.
        var live: ByteBuffer?
        var peekFailure: CondorError?
        /// Answers to actions, the first one first; afterwards nothing is found.
        var results: [JobActionResult] = []

        // What was asked.
        var submissions = 0
        var spooled: [(jobs: [JobID], files: [String])] = []
        var edits: [JobEdit] = []
        var actions: [JobActionRequest] = []
        var commits = 0
        var historyQueries: [HistoryQuery] = []
        var opened: [String] = []
    }

    private let box = Mutex(State())

    var state: State { box.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { box.withLock { body(&$0) } }

    /// Puts a job into the queue.
    @discardableResult
    func add(_ text: String, _ attributes: String...) throws -> JobID {
        guard let id = JobID(text) else { throw CondorError(.notFound, text) }
        var ad = ClassAd()
        ad.set("ClusterId", Int64(id.cluster))
        ad.set("ProcId", Int64(id.proc))
        ad.set("Owner", "alice")
        ad.set("User", "alice@pool.test")
        for attribute in attributes {
            let parts = attribute.split(separator: "=", maxSplits: 1)
            ad[String(parts[0])] = try ExprTree.parse(String(parts[1]))
        }
        change { $0.jobs[id] = ad }
        return id
    }

    func attribute(_ name: String, of id: JobID) -> Value? { state.jobs[id]?.evaluate(name) }

    // MARK: Scheduler

    func read(_ query: JobQuery, _ body: ([WireAd]) -> Void) async throws(CondorError) {
        let state = state
        if let failure = state.readFailure { throw failure }
        let found = state.jobs.sorted { $0.key < $1.key }.map(\.value).filter { query.constraint.isTrue(of: $0) }
        let ads = found.prefix(query.limit ?? .max).map(WireAd.init(showing:))
        if !ads.isEmpty { body(ads) }
    }

    func records(_ query: HistoryQuery) async throws(CondorError) -> [WireAd] {
        change { $0.historyQueries.append(query) }
        return state.history.filter { query.constraint.isTrue(of: $0) }.map(WireAd.init(showing:))
    }

    func givesSandbox(of id: JobID) async throws(CondorError) -> Bool {
        let state = state
        return state.isSuperuser || state.jobs[id]?.string("User") == state.user
    }

    func act(_ request: JobActionRequest, isWanted: (JobActionResult) -> Bool) async throws(CondorError) -> JobActionResult {
        let result = box.withLock { state in
            state.actions.append(request)
            return state.results.isEmpty ? JobActionResult(succeeded: false) : state.results.removeFirst()
        }
        if result.succeeded, isWanted(result) { change { $0.commits += 1 } }
        return result
    }

    func edit(_ edit: JobEdit) async throws(CondorError) -> Int {
        let (failure, found) = box.withLock { state -> (CondorError?, Int) in
            state.edits.append(edit)
            if let failure = state.editFailure { return (failure, 0) }
            let ids = state.jobs.filter {
                edit.selection.expression.isTrue(of: $0.value) && (!edit.onlyMine || $0.value.string("User") == state.user)
            }.keys
            if let expected = edit.expectedCount, expected != ids.count { return (CondorError(.wrongState, "\(ids.count) jobs"), 0) }
            for id in ids {
                if let isTrue = edit.precondition, let ad = state.jobs[id], !isTrue(WireAd(showing: ad)) {
                    return (CondorError(.wrongState, "another job"), 0)
                }
                for (name, value) in edit.attributes { state.jobs[id]?[name] = value }
            }
            return (nil, ids.count)
        }
        if let failure { throw failure }
        guard found > 0 else { throw CondorError(.notFound, "no such job") }
        return found
    }

    func submit(_ submission: JobSubmission) async throws(CondorError) -> SubmittedCluster {
        let (cluster, takesStaging) = box.withLock { state in
            defer { state.nextCluster += 1 }
            state.submissions += 1
            return (state.nextCluster, state.takesStaging)
        }
        let ads = try submission.ads(cluster)
        let isStaged = submission.staging != nil && takesStaging
        var count = 0
        while let ad = try ads.nextProcAd() {
            var job = ads.clusterAd
            for name in ad.names { job[name] = ad[name] }
            job.set("ClusterId", Int64(cluster))
            job.set("ProcId", Int64(count))
            job.set("User", state.user)
            if isStaged { job.set("JobStatus", JobStatus.idle.rawValue) }
            if let id = JobID(cluster: cluster, proc: count) { change { $0.jobs[id] = job } }
            count += 1
        }
        change { state in
            for id in state.jobs.keys where id.cluster == cluster { state.jobs[id]?.set("TotalSubmitProcs", count) }
        }
        return SubmittedCluster(cluster: cluster, procCount: count, isStaged: isStaged)
    }

    func submit(_ submission: JobSubmission, unless existing: (_ user: String) -> ExprTree) async throws(CondorError) -> SubmissionOutcome {
        let state = state
        let expression = existing(state.user)
        if let job = state.jobs.sorted(by: { $0.key < $1.key }).first(where: { expression.isTrue(of: $0.value) }) {
            return .exists(WireAd(showing: job.value))
        }
        return .submitted(try await submit(submission))
    }

    func spool(_ jobs: [JobID], files: [any SpoolFile]) async throws(CondorError) -> SpoolSummary {
        let failure = box.withLock { state in
            if state.spoolFailure == nil { state.spooled.append((jobs, files.map(\.name))) }
            return state.spoolFailure
        }
        if let failure { throw failure }
        return SpoolSummary(bytes: files.reduce(0) { $0 + $1.size } * Int64(jobs.count), files: files.count * jobs.count)
    }
}

extension ScriptedScheduler: JobFiles {
    func peek(_ job: JobID, _ stream: JobStream, offset: Int64?, limit: Int) async throws(CondorError) -> ByteBuffer? {
        let state = state
        if let failure = state.peekFailure { throw failure }
        guard var text = state.live else { return nil }
        text.moveReaderIndex(to: min(Int(offset ?? 0), text.writerIndex))
        return text.readSlice(length: min(limit, text.readableBytes))
    }

    func file(named name: String, of id: JobID) async throws(JobsError) -> (any FilePieces)? {
        change { $0.opened.append(name) }
        return state.files[name].map { Pieces(bytes: $0) }
    }

    /// Gives a file in two pieces.
    private struct Pieces: FilePieces {
        var bytes: ByteBuffer

        mutating func next(in range: Range<Int64>) async throws(JobsError) -> ByteBuffer? {
            bytes.moveReaderIndex(to: max(bytes.readerIndex, min(Int(range.lowerBound), bytes.writerIndex)))
            let count = min(Int(clamping: range.upperBound), bytes.writerIndex) - bytes.readerIndex
            return count > 0 ? bytes.readSlice(length: (count + 1) / 2) : nil
        }
    }
}

extension ExprTree {
    fileprivate func isTrue(of ad: ClassAd) -> Bool { evaluate(my: ad).booleanEquivalent == true }
}

extension WireAd {
    fileprivate init(showing ad: ClassAd) {
        self.init()
        for name in ad.names {
            if let expression = ad[name] { append(name: name, expression: expression) }
        }
    }
}
