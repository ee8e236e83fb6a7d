import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import POSIX

/// GET_JOB_CONNECT_INFO (509): opens a session with the job's starter, which is this scheduler itself, to read a running job's files.
enum ConnectInfoCommand {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let requester = try call.identified()
        let request = try await call.connection.message { message throws(CedarError) in try JobConnectInfoRequest(from: &message) }
        let answer = info(request.job, requester, call.scheduler)
        try await call.connection.send { answer.encode(into: &$0) }
    }

    private static func info(_ id: JobID, _ requester: Requester, _ scheduler: Scheduler) -> JobConnectInfo {
        func unavailable(_ reason: String, mayTryAgain: Bool = false, job: JobSnapshot? = nil) -> JobConnectInfo {
            .unavailable(
                reason: reason, mayTryAgain: mayTryAgain, status: job?.status, holdReason: job?.status == .held ? job?.string("HoldReason") : nil)
        }
        guard let job = scheduler.queue.job(id) else { return unavailable("No such job: \(id)") }
        guard requester.isQueueSuperuser || job.owner == String(requester.owner) else {
            return unavailable("\(requester.user) is not authorized for access to the starter for job \(id)")
        }
        guard let sandbox = scheduler.machine.liveSandbox(id) else {
            return unavailable("Job \(id) is not running.", mayTryAgain: true, job: job)
        }
        return .starter(
            address: scheduler.identity.address.description, claimID: scheduler.starterSessions.grant(id, to: requester.user),
            version: SchedulerIdentity.version, slot: sandbox.slot)
    }
}

/// STARTER_PEEK (1503): sends parts of a running job's files, for `condor_tail`.
enum PeekCommand {
    /// The largest number of files per request.
    private static let maximumFiles = 1000

    private struct Part: Sendable {
        var source: PeekReply.Source
        var file: FileHandle
        var offset: Int64
        var length: Int64
    }

    static func run(_ call: CommandCall) async throws(ServerError) {
        let connection = call.connection
        let request = try await connection.message { message throws(CedarError) in try PeekRequest(from: &message) }
        let scheduler = call.scheduler
        guard let id = call.accepted.session.flatMap({ scheduler.starterSessions.job(of: $0.session.id) }) else {
            throw .refused("the session is not for a job")
        }
        guard let sandbox = scheduler.machine.liveSandbox(id), let job = scheduler.queue.job(id) else {
            let refusal = PeekReply.refused(reason: "The job is not running any more.", mayTryAgain: false)
            return try await connection.send { refusal.encode(into: &$0) }
        }
        do throws(SystemError) {
            let parts = try await DiskThreads.run { () throws(SystemError) in try Self.parts(request, sandbox, job) }
            let reply = PeekReply.files(parts.map { ($0.source, $0.offset) })
            do throws(ServerError) { try await connection.send { reply.encode(into: &$0) } } catch { throw SystemError("\(error)", 104) }
            for part in parts { try await connection.send(file: part.file, size: part.length) }
            let count = parts.count
            do throws(ServerError) { try await connection.send { $0.write(integer: count) } } catch { throw SystemError("\(error)", 104) }
        } catch {
            let refusal = PeekReply.refused(reason: error.sentence, mayTryAgain: false)
            try await connection.send { refusal.encode(into: &$0) }
        }
    }

    private static func parts(_ request: PeekRequest, _ sandbox: LiveSandbox, _ job: JobSnapshot) throws(SystemError) -> [Part] {
        var wanted: [(PeekReply.Source, LiveSandbox.File, Int64)] = []
        if let offset = request.outputOffset {
            guard let file = sandbox.output else { throw SystemError("the job's standard output is not a file of its sandbox", 2) }
            wanted.append((.output, file, offset))
        }
        if let offset = request.errorOffset {
            guard let file = sandbox.error else { throw SystemError("the job's standard error is not a file of its sandbox", 2) }
            wanted.append((.error, file, offset))
        }
        for file in request.files.prefix(maximumFiles) {
            guard isOutput(file.name, of: job) else { throw SystemError("\(file.name) is not an output file of the job", 13) }
            wanted.append((.file(file.name), LiveSandbox.File(directory: sandbox.directory, name: file.name), file.offset))
        }
        var left = max(request.maximumBytes, 0)
        var parts: [Part] = []
        for (source, place, offset) in wanted {
            let file = try DirectoryHandle(path: place.directory).openFile(place.name)
            let size = file.size
            let start = offset < 0 ? max(0, size - left) : min(offset, size)
            let length = min(size - start, left)
            try file.seek(to: start)
            left -= length
            parts.append(Part(source: source, file: file, offset: start, length: length))
        }
        return parts
    }

    /// As in HTCondor, only files that the job transfers back can be read.
    private static func isOutput(_ name: String, of job: JobSnapshot) -> Bool {
        if name == job.string("Out") || name == job.string("Err") { return true }
        let names = job.string("TransferOutput")?.utf8.split { $0 == UInt8(ascii: ",") || $0 == 0x20 } ?? []
        return names.contains { $0.elementsEqual(name.utf8) }
    }
}

/// TRANSFER_QUEUE_REQUEST (507): every transfer may start at once here.
enum TransferQueueCommand {
    private static let reportInterval = 10

    static func run(_ call: CommandCall) async throws(ServerError) {
        try await call.connection.discardMessage()
        try await call.connection.send { message in
            var ad = ClassAd()
            ad.set("Result", 1)
            ad.set("ReportInterval", reportInterval)
            message.write(ad: ad)
        }
        // The client reports its progress until its transfer is over.
        while true { try await call.connection.discardMessage() }
    }
}
