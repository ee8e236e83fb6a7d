import Cedar
import ClassAd
import CondorModel
import CondorProtocol

/// QMGMT_READ_CMD (1111) and QMGMT_WRITE_CMD (1112): a conversation within one transaction.
///
/// Unlike HTCondor's schedd, this one continues to serve other clients during a conversation. It only delays changes of the queue between the
/// conversation's first read and its commit.
struct QueueManagement {
    private let call: CommandCall
    private var connection: ClientConnection { call.connection }
    private var queue: JobQueue { call.scheduler.queue }
    private let isReadOnly: Bool
    private var transaction: QueueTransaction
    /// The position of GetNextJob.
    private var scan: JobScan?

    static func run(_ call: CommandCall) async throws(ServerError) {
        let isReadOnly = call.accepted.number == Command.queueManagementRead.rawValue
        let requester =
            isReadOnly ? call.requester ?? Requester(user: SecuritySession.unauthenticatedUser, isQueueSuperuser: false) : try call.identified()
        var conversation = QueueManagement(call: call, isReadOnly: isReadOnly, transaction: call.scheduler.queue.begin(requester))
        while try await conversation.next() {}
    }

    private init(call: CommandCall, isReadOnly: Bool, transaction: QueueTransaction) {
        self.call = call
        self.isReadOnly = isReadOnly
        self.transaction = transaction
    }

    /// Answers one request. Returns false when the conversation is over.
    private mutating func next() async throws(ServerError) -> Bool {
        let request = try await connection.value { message throws(CedarError) in try QueueRequest(from: &message) }
        switch request {
        case .initializeConnection, .sendJobQueueAd, .sendSpoolFile, .sendSpoolFileIfNeeded: try await connection.discardMessage()
        default: try await connection.endOfMessage()
        }
        if case .closeSocket = request { return false }
        if isReadOnly, request.isChange {
            try await refuse(request, .permission())
            return true
        }
        do throws(AnswerError) {
            if !isReadOnly, request.isRead { try await look() }
            try await answer(request)
        } catch {
            switch error {
            case .queue(let failure): try await refuse(request, failure)
            case .server(let failure): throw failure
            }
        }
        return true
    }

    /// Why a request was not answered: the queue refused, or the connection ended.
    private enum AnswerError: Error {
        case queue(QueueError)
        case server(ServerError)
    }

    private mutating func answer(_ request: QueueRequest) async throws(AnswerError) {
        switch request {
        case .initializeConnection, .beginTransaction: try await reply(0)
        case .closeSocket: break
        case .getCapabilities:
            var ad = ClassAd()
            ad.set("UseJobsets", false)
            ad.set("LateMaterialize", true)
            ad.set("LateMaterializeVersion", 2)
            let capabilities = ad
            try await send { $0.write(ad: capabilities) }
        case .newCluster:
            let cluster = try changing { transaction throws(QueueError) in try transaction.newCluster() }
            try await send { NewClusterReply.cluster(cluster).encode(into: &$0) }
        case .newProc(let cluster):
            // In two steps: as an argument, the call would find the conversation in use and copy the whole transaction.
            let proc = try changing { transaction throws(QueueError) in try transaction.newProc(cluster: cluster) }
            try await reply(proc)
        case .destroyCluster(let cluster):
            try changing { transaction throws(QueueError) in try transaction.destroyCluster(cluster) }
            try await reply(1)
        case .destroyProc(let key):
            guard let job = JobID(cluster: key.cluster, proc: key.proc) else { throw .queue(QueueError(2, result: -3)) }
            try changing { transaction throws(QueueError) in try transaction.destroyProc(job) }
            try await reply(1)
        case .setAttribute(let key, let name, let value, let flags):
            try changing { transaction throws(QueueError) in try transaction.setAttribute(key, name: name, value: value, flags: flags) }
            if !flags.contains(.noAck) { try await reply(0) }
        case .setAttributeByConstraint(let constraint, let name, let value, let flags):
            let count = try changing { transaction throws(QueueError) in
                try transaction.setAttribute(byConstraint: constraint, name: name, value: value, flags: flags)
            }
            try await reply(count)
        case .setTimerAttribute(let key, let name, let seconds):
            try changing { transaction throws(QueueError) in try transaction.setTimerAttribute(key, name: name, seconds: seconds) }
            try await reply(0)
        case .deleteAttribute(let key, let name):
            try changing { transaction throws(QueueError) in try transaction.deleteAttribute(key, name: name) }
            try await reply(1)
        case .getAttribute(let key, let name, let form): try await send(attribute: name, of: key, as: form)
        case .getJobAd(let key):
            let ad = try changing { transaction throws(QueueError) in try transaction.ad(key) }
            try await send { Self.write(ad, into: &$0) }
        case .getJobByConstraint(let constraint):
            var jobs = queue.scan(try Self.tree(constraint), limit: 1)
            try await send(job: jobs.next(), errnoAtEnd: 2)
        case .getNextJob(let constraint, let startsOver):
            if startsOver || scan == nil { scan = queue.scan(try constraint.map(Self.tree)) }
            try await send(job: scan?.next(), errnoAtEnd: 0)
        case .getNextDirtyJob: try await send(job: nil, errnoAtEnd: 0)
        case .getDirtyAttributes(let key):
            guard transaction.exists(key) else { throw .queue(.notFound()) }
            try await send { Self.write(WireAd(), into: &$0) }
        case .getAllJobs(let constraint, let projection): try await sendAllJobs(constraint, projection)
        case .setEffectiveOwner(let owner):
            try changing { transaction throws(QueueError) in try transaction.setEffectiveOwner(owner) }
            try await reply(0)
        case .setAllowProtectedChanges(let allowed):
            let before = transaction.setAllowProtectedChanges(allowed)
            try await reply(before ? 1 : 0)
        case .sendMaterializeData(let cluster, let items):
            let (file, rows) = try changing { transaction throws(QueueError) in try transaction.setItems(of: cluster, items) }
            try await send { MaterializeDataReply(fileName: file, rowCount: rows, reply: QueueReply(result: 0)).encode(into: &$0) }
        case .setJobFactory(let cluster, let limit, _, let digest):
            try changing { transaction throws(QueueError) in try transaction.setFactory(of: cluster, limit: limit, digest: digest) }
            try await reply(0)
        case .sendJobQueueAd: throw .queue(.permission())
        case .sendSpoolFile: throw .queue(QueueError(22, result: -2))
        case .sendSpoolFileIfNeeded: try await reply(-2, hasErrno: false)
        case .abortTransaction:
            transaction.abort()
            try await reply(0)
        case .commitTransaction: try await commit()
        }
    }

    // MARK: Changes

    private mutating func changing<Answer>(
        _ body: (inout QueueTransaction) throws(QueueError) -> Answer
    ) throws(AnswerError) -> Answer {
        do throws(QueueError) { return try body(&transaction) } catch { throw .queue(error) }
    }

    private mutating func look() async throws(AnswerError) {
        do throws(QueueError) { try await transaction.look(end: call.disconnect) } catch { throw .queue(error) }
    }

    private mutating func commit() async throws(AnswerError) {
        let warning: String?
        do throws(QueueError) { warning = try await transaction.commit() } catch { throw .queue(error) }
        do throws(ServerError) { try call.scheduler.faults.committed() } catch { throw .server(error) }
        try await send { CommitReply.committed(warning: warning).encode(into: &$0) }
    }

    /// Sends a refusal in the form of the request's answer.
    private func refuse(_ request: QueueRequest, _ error: QueueError) async throws(ServerError) {
        // HTCondor negates the errno if an earlier unacknowledged request caused the failure.
        let refusal = QueueRefusal(errno: error.isDeferred ? -error.errno : error.errno, reason: error.reason.isEmpty ? nil : error.reason)
        switch request {
        case .newCluster: try await connection.send { NewClusterReply.refused(result: error.result, refusal).encode(into: &$0) }
        case .commitTransaction: try await connection.send { CommitReply.refused(refusal).encode(into: &$0) }
        case .setAttribute(_, _, _, let flags) where flags.contains(.noAck):
            // Only a read-only conversation gets here. There is no answer.
            break
        case .sendMaterializeData:
            let reply = QueueReply(result: error.result, errno: error.errno)
            try await connection.send { MaterializeDataReply(fileName: "", rowCount: 0, reply: reply).encode(into: &$0) }
        default:
            try await connection.send { QueueReply(result: error.result, errno: error.errno).encode(into: &$0) }
        }
    }

    // MARK: Answers

    private func send(_ write: (inout MessageEncoder) -> Void) async throws(AnswerError) {
        do throws(ServerError) { try await connection.send(write) } catch { throw .server(error) }
    }

    private func reply(_ result: Int, hasErrno: Bool = true) async throws(AnswerError) {
        try await send { message in
            if hasErrno { QueueReply(result: result).encode(into: &message) } else { message.write(integer: result) }
        }
    }

    private static func write(_ ad: WireAd, into message: inout MessageEncoder) {
        message.write(integer: 0)
        message.write(ad: ad, includingPrivate: false)
    }

    private func send(job: JobSnapshot?, errnoAtEnd: Int) async throws(AnswerError) {
        guard let job else { throw .queue(QueueError(errnoAtEnd)) }
        let writer = JobAdWriter(projection: [], serverTime: nil)
        try await send { message in
            message.write(integer: 0)
            writer.write(job, into: &message)
        }
    }

    private mutating func send(attribute name: String, of key: QueueKey, as form: QueueRequest.AttributeForm) async throws(AnswerError) {
        let (expression, value) = try changing { transaction throws(QueueError) in
            let expression = try transaction.attribute(key, name)
            guard form != .expression, expression.referencesAttributes else { return (expression, expression.evaluate()) }
            return (expression, expression.evaluate(my: try transaction.ad(key).classAd()))
        }
        var message = MessageEncoder(encrypted: connection.isEncrypted)
        message.write(integer: 0)
        switch (form, value) {
        case (.expression, _): message.write(string: expression.wireText)
        case (.string, .string(let text)): message.write(string: text)
        case (.integer, .integer(let number)): message.write(integer: number)
        case (.integer, .boolean(let flag)): message.write(integer: flag ? 1 : 0)
        case (.integer, .real(let number)):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else { throw .queue(.invalid()) }
            message.write(integer: whole)
        case (.float, .real(let number)): message.write(double: number)
        case (.float, .integer(let number)): message.write(double: Double(number))
        default: throw .queue(.invalid())
        }
        let bytes = message.bytes
        do throws(ServerError) { try await connection.send(message: bytes) } catch { throw .server(error) }
    }

    private func sendAllJobs(_ constraint: String, _ projection: String) async throws(AnswerError) {
        let names = projection.utf8.split { $0 == 0x2C || $0 <= 0x20 }.map { String(Substring($0)) }
        let writer = JobAdWriter(projection: names, serverTime: call.scheduler.now())
        var jobs = queue.scan(try Self.tree(constraint))
        do throws(ServerError) {
            while let job = await jobs.nextTakingTurns() {
                var message = MessageEncoder(encrypted: connection.isEncrypted)
                message.write(integer: 0)
                writer.write(job, into: &message)
                try await connection.send(message: message.bytes, endsMessage: false)
            }
            try await connection.send { QueueReply(result: -1, errno: 0).encode(into: &$0) }
        } catch {
            throw .server(error)
        }
    }

    /// Parses a constraint. An empty constraint is true for all jobs.
    private static func tree(_ text: String) throws(AnswerError) -> ExprTree {
        guard !text.utf8.allSatisfy({ $0 <= 0x20 }) else { return .boolean(true) }
        guard let tree = try? ExprTree.parse(text, syntax: .old) else { throw .queue(.invalid()) }
        return tree
    }
}

extension QueueRequest {
    /// Whether the request reads jobs that are in the queue.
    fileprivate var isRead: Bool {
        switch self {
        case .getAttribute, .getJobAd, .getJobByConstraint, .getNextJob, .getAllJobs: true
        default: false
        }
    }

    /// Whether a read-only conversation refuses the request.
    fileprivate var isChange: Bool {
        switch self {
        case .newCluster, .newProc, .destroyCluster, .destroyProc, .setAttribute, .setAttributeByConstraint, .setTimerAttribute, .deleteAttribute,
            .setEffectiveOwner, .sendMaterializeData, .setJobFactory, .sendJobQueueAd:
            true
        default: false
        }
    }
}
