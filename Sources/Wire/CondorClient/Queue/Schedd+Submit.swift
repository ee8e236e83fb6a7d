import Cedar
package import ClassAd
import CondorModel
import CondorProtocol
import Synchronization

extension Schedd {
    /// Puts a cluster of jobs into the queue, in one transaction.
    ///
    /// All requests are sent without waiting for answers once the cluster's number is known; answers are read at the same time.
    /// Throws `permissionDenied` or `refused` with the schedd's reason and errno (submit requirements, limits); then nothing is in the queue. When
    /// the connection fails after the commit was sent, the error says that the outcome is not known.
    package func submit(_ submission: JobSubmission) async throws(CondorError) -> SubmittedCluster {
        let connection = try await open(.queueManagementWrite, first: [try Self.message(.newCluster)])
        defer { connection.close() }
        return try await submit(submission, on: connection, MessageReader(connection))
    }

    /// The same, unless the queue already holds a job for which an expression is true.
    ///
    /// The schedd does nothing else between the look and the commit, so of any number of clients that do this at once with the same expression and
    /// jobs for which it is true, one makes a cluster and all others find it.
    /// - Parameter existing: makes the expression, given the name under which the schedd knows the caller (the `User` of the caller's jobs).
    package func submit(
        _ submission: JobSubmission, unless existing: (_ user: String) -> ExprTree
    ) async throws(CondorError) -> SubmissionOutcome {
        let connection = try await open(.queueManagementWrite)
        defer { connection.close() }
        guard let user = connection.inbox.session?.session.user else {
            throw CondorError(.protocolViolation, "the scheduler did not say who the caller is")
        }
        // Parentheses keep the meaning whatever the schedd joins to the text.
        try await connection.send([try Self.message(.getJobByConstraint("(" + existing(user).wireText + ")"))])
        var reader = MessageReader(connection)
        switch try await reader.message({ message throws(CedarError) in try QueueAdReply(from: &message) }) {
        case .ad(let ad):
            return .exists(ad)
        case .none(let errno) where errno == 1 || errno == 13:
            throw CondorError(.permissionDenied, "the scheduler does not let the caller look into its queue", errno: errno)
        case .none:
            try await connection.send([try Self.message(.newCluster)])
            return .submitted(try await submit(submission, on: connection, reader))
        }
    }

    /// The rest of a submission, after the request for a new cluster was sent.
    private func submit(
        _ submission: JobSubmission, on connection: CommandConnection, _ reader: consuming MessageReader
    ) async throws(CondorError) -> SubmittedCluster {
        var reader = reader
        let cluster: Int
        switch try await reader.message({ message throws(CedarError) in try NewClusterReply(from: &message) }) {
        case .cluster(let number):
            cluster = number
        case .refused(let result, let refusal):
            let isDenied = [-1, -5, -7].contains(result) || [1, 13].contains(refusal.errno)
            throw CondorError(isDenied ? .permissionDenied : .refused, refusal.reason ?? "the scheduler refused a new cluster", errno: refusal.errno)
        }

        // The requests go out in a task of their own while this one reads the answers: both sides would block on full buffers otherwise.
        // Whoever fails first closes the connection, which ends the other one.
        let writer = SubmitWriter(connection: connection, cluster: cluster)
        async let writing: CondorError? = writer.run(submission)
        let answers: SubmitAnswers
        do throws(CondorError) {
            answers = try await SubmitAnswers(&reader, progress: writer.progress, staging: submission.staging)
        } catch {
            connection.close()
            let cause = await writing
            if writer.progress.isCommitSent { throw error.withUnknownOutcome() }
            throw cause ?? error
        }
        if let failure = await writing { throw failure.withUnknownOutcome() }
        return try answers.result(cluster: cluster)
    }
}

/// How far the requests of a submission have been sent, so that the reader knows which answer comes next.
final class SubmitProgress: Sendable {
    private let state = Mutex((procCount: 0, isCommitSent: false))

    /// Procs that are asked for so far.
    var procCount: Int { state.withLock { $0.procCount } }
    /// True from before the commit goes out: from then on the outcome is in the schedd's hands.
    var isCommitSent: Bool { state.withLock { $0.isCommitSent } }

    func noteProcs(_ count: Int) { state.withLock { $0.procCount = count } }

    func noteCommit() { state.withLock { $0.isCommitSent = true } }
}

/// Sends the requests of a submission.
struct SubmitWriter: Sendable {
    /// Bytes of requests that are collected before they go out.
    private static let chunk = 128 * 1024

    let connection: CommandConnection
    let cluster: Int
    let progress = SubmitProgress()

    /// Sends everything from the first proc to the end of the conversation. Returns why it could not.
    func run(_ submission: JobSubmission) async -> CondorError? {
        do throws(CondorError) {
            try await send(submission)
            return nil
        } catch {
            connection.close(error)
            return error
        }
    }

    private func send(_ submission: JobSubmission) async throws(CondorError) {
        var pending: [[UInt8]] = []
        var pendingBytes = 0
        func add(_ request: QueueRequest) {
            var message = MessageEncoder(encrypted: true)
            request.encode(into: &message)
            pendingBytes += message.bytes.count
            pending.append(message.bytes)
        }
        var proc = 0
        var held: [Int] = []
        let staging = submission.staging
        let isNeverHeld = staging.map { !$0.makesDirectories } ?? false
        let ads = try submission.ads(cluster)
        if isNeverHeld { for request in spooling() { add(request) } }
        while let ad = try ads.nextProcAd() {
            add(.newProc(cluster: cluster))
            progress.noteProcs(proc + 1)
            if proc == 0 {
                add(.setAttribute(.cluster(cluster), name: "ClusterId", value: String(cluster), flags: .noAck))
                for request in try assignments(of: ads.clusterAd, to: .cluster(cluster), withoutHold: isNeverHeld) { add(request) }
                if isNeverHeld, let staging { for request in stagingTimes(staging) { add(request) } }
            }
            let key = QueueKey(cluster: cluster, proc: proc)
            add(.setAttribute(key, name: "ProcId", value: String(proc), flags: .noAck))
            for request in try assignments(of: ad, to: key, withoutHold: isNeverHeld) { add(request) }
            if staging != nil {
                let staysHeld = (ad["JobStatusOnRelease"] ?? ads.clusterAd["JobStatusOnRelease"]) != nil
                if staysHeld { held.append(proc) }
                if isNeverHeld { for request in status(of: key, isHeld: staysHeld) { add(request) } }
            }
            proc += 1
            if pendingBytes >= Self.chunk {
                try await connection.send(pending)
                pending.removeAll(keepingCapacity: true)
                pendingBytes = 0
            }
        }
        guard proc > 0 else { throw CondorError(.refused, "a submission of no jobs", errno: 22) }
        add(.commitTransaction(flags: []))
        if let staging, staging.makesDirectories { for request in letGo(staging, procs: proc, held: held) { add(request) } }
        add(.closeSocket)
        progress.noteCommit()
        try await connection.send(pending)
    }

    /// Has the schedd rewrite the paths of all jobs of the transaction, as for jobs that wait for their input: it does so once the transaction has
    /// seen this hold code, whatever the jobs' state is at its end (HTCondor 25.14, `condor_schedd.V6/qmgmt.cpp`, `catSpoolingHold`; observed
    /// against 25.14.1 and 23.9.6).
    private func spooling() -> [QueueRequest] {
        let all = QueueKey.cluster(cluster)
        return [
            .setAttribute(all, name: "HoldReasonCode", value: String(HoldReasonCode.spoolingInput.rawValue), flags: .noAck),
            .deleteAttribute(all, name: "HoldReasonCode"),
        ]
    }

    /// `StageInStart` has the schedd make the spool directories of jobs when they start (`condor_schedd.V6/schedd.cpp`, aboutToSpawnJobHandler).
    private func stagingTimes(_ staging: JobSubmission.Staging) -> [QueueRequest] {
        ["StageInStart", "StageInFinish"].map { name in
            .setAttribute(.cluster(cluster), name: name, value: String(JobSubmission.stagingMark(staging.time)), flags: .noAck)
        }
    }

    private func status(of key: QueueKey, isHeld: Bool) -> [QueueRequest] {
        let status: JobStatus = isHeld ? .held : .idle
        return [.setAttribute(key, name: "JobStatus", value: String(status.rawValue), flags: .noAck)] + (isHeld ? userHold(of: key) : [])
    }

    private func userHold(of key: QueueKey) -> [QueueRequest] {
        [
            .setAttribute(key, name: "HoldReasonCode", value: String(HoldReasonCode.submittedOnHold.rawValue), flags: .noAck),
            .setAttribute(key, name: "HoldReason", value: "\"\(HoldReasonCode.submittedOnHoldText)\"", flags: .noAck),
        ]
    }

    /// The second transaction: what the schedd assigns to jobs whose input has come (HTCondor 25.14, `condor_schedd.V6/schedd.cpp`,
    /// spoolJobFilesReaper and releaseJobRaw).
    private func letGo(_ staging: JobSubmission.Staging, procs: Int, held: [Int]) -> [QueueRequest] {
        var requests: [QueueRequest] = [.beginTransaction]
        func set(_ key: QueueKey, _ name: String, _ value: String) {
            requests.append(.setAttribute(key, name: name, value: value, flags: .noAck))
        }
        let all = QueueKey.cluster(cluster)
        requests += stagingTimes(staging)
        set(all, "EnteredCurrentStatus", String(staging.time))
        set(all, "ReleaseReason", "\"Data files spooled\"")
        set(all, "LastHoldReason", "\"\(HoldReasonCode.spoolingInputText)\"")
        set(all, "LastHoldReasonCode", String(HoldReasonCode.spoolingInput.rawValue))
        set(all, "HoldReason", "undefined")
        set(all, "HoldReasonCode", "undefined")
        var held = held[...]
        for proc in 0..<procs {
            let key = QueueKey(cluster: cluster, proc: proc)
            if held.first == proc {
                held.removeFirst()
                requests += userHold(of: key)
            } else {
                set(key, "JobStatus", String(JobStatus.idle.rawValue))
            }
        }
        // Not forced to disk by itself: what a crash of the machine could lose is that the jobs were let go, not the jobs.
        requests.append(.commitTransaction(flags: .nonDurable))
        return requests
    }

    /// - Parameter withoutHold: leaves out the jobs' state and why they are held.
    private func assignments(of ad: ClassAd, to key: QueueKey, withoutHold: Bool) throws(CondorError) -> [QueueRequest] {
        var requests: [QueueRequest] = []
        requests.reserveCapacity(ad.count)
        for (name, expression) in ad {
            if AttributeName.isIdentifierOfJob(name) { continue }
            if withoutHold, AttributeName.isPartOfHold(name) { continue }
            let value = expression.wireText
            guard !value.utf8.contains(0), !value.utf8.contains(0x0A) else {
                throw CondorError(.refused, "the value of \(name) holds a line end or NUL, which a job queue cannot keep", errno: 22, attribute: name)
            }
            requests.append(.setAttribute(key, name: name, value: value, flags: .noAck))
        }
        return requests
    }
}

/// Names of attributes with a meaning here.
enum AttributeName {
    /// ClusterId or ProcId.
    static func isIdentifierOfJob(_ name: String) -> Bool { equal(name, "clusterid") || equal(name, "procid") }

    /// The state of a job that is held, why, and what follows.
    static func isPartOfHold(_ name: String) -> Bool {
        equal(name, "jobstatus") || equal(name, "holdreason") || equal(name, "holdreasoncode") || equal(name, "jobstatusonrelease")
    }

    static func equal(_ name: String, _ lowercase: StaticString) -> Bool {
        let bytes = name.utf8
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        return lowercase.withUTF8Buffer { expected in zip(bytes, expected).allSatisfy { ($0 | 0x20) == $1 } }
    }
}

/// The answers to the requests of a submission.
struct SubmitAnswers: Sendable {
    private let commit: CommitReply
    /// The first refused proc.
    private let refusedProc: QueueReply?
    private let procCount: Int
    /// Whether the jobs do not wait for input.
    private var isStaged = false

    init(
        _ reader: inout MessageReader, progress: SubmitProgress, staging: JobSubmission.Staging?
    ) async throws(CondorError) {
        if staging?.makesDirectories == false { _ = try await reader.message { message throws(CedarError) in try QueueReply(from: &message) } }
        var read = 0
        var refusedProc: QueueReply?
        while true {
            enum Answer { case proc(QueueReply), commit(CommitReply) }
            let number = read
            // An answer that has arrived belongs to a request that has been sent: so the writer's progress says which one it is.
            let answer = try await reader.message { message throws(CedarError) -> Answer in
                guard message.bufferedByteCount > 0 else { throw .incomplete }
                if number < progress.procCount { return .proc(try QueueReply(from: &message)) }
                return .commit(try CommitReply(from: &message))
            }
            switch answer {
            case .proc(let reply):
                if reply.result < 0 {
                    if refusedProc == nil { refusedProc = reply }
                } else if reply.result != number, refusedProc == nil {
                    throw CondorError(.protocolViolation, "the scheduler numbered job \(number) of a new cluster \(reply.result)")
                }
                read += 1
            case .commit(let reply):
                commit = reply
                procCount = read
                self.refusedProc = refusedProc
                guard case .committed = reply, let staging else { return }
                // The jobs are in the queue whatever becomes of the second transaction.
                isStaged = staging.makesDirectories ? (try? await Self.isLetGo(&reader)) ?? false : true
                return
            }
        }
    }

    private static func isLetGo(_ reader: inout MessageReader) async throws(CondorError) -> Bool {
        let beginning = try await reader.message { message throws(CedarError) in try QueueReply(from: &message) }
        guard beginning.result >= 0 else { return false }
        if case .committed = try await reader.message({ message throws(CedarError) in try CommitReply(from: &message) }) { return true }
        return false
    }

    func result(cluster: Int) throws(CondorError) -> SubmittedCluster {
        switch commit {
        case .committed(let warning):
            // Cannot be: assignments to a refused proc make the commit fail.
            if let refusedProc {
                throw CondorError(
                    .protocolViolation, "the scheduler refused a job and took the rest", errno: refusedProc.errno, isOutcomeKnown: false)
            }
            return SubmittedCluster(cluster: cluster, procCount: procCount, warnings: warning.map { [$0] } ?? [], isStaged: isStaged)
        case .refused(let refusal):
            if let refusedProc {
                // The limits of a schedd: 22; the commit's own reason is only a consequence.
                let isDenied = [1, 13].contains(refusedProc.errno)
                throw CondorError(
                    isDenied ? .permissionDenied : .refused,
                    refusedProc.result == -1
                        ? "the scheduler refused another job in the cluster" : "the cluster has more jobs than the scheduler allows",
                    errno: refusedProc.errno)
            }
            let isDenied = [1, 13].contains(refusal.errno)
            throw CondorError(
                isDenied ? .permissionDenied : .refused, refusal.reason ?? "the scheduler refused the submission", errno: refusal.errno)
        }
    }
}
