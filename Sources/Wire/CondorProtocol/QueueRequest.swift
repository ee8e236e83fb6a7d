package import Cedar

/// A client's message in a queue management conversation (1111, 1112).
///
/// A conversation has an open transaction from the beginning, which is rolled back at the end unless it was committed. **The schedd serves a write
/// conversation in a blocking loop: while one is open and idle, the whole schedd stands still** (observed with 25.14.1).
///
/// Source: numbers of HTCondor 25.14, `condor_includes/condor_qmgr.h`; layouts observed with 25.14.1.
package enum QueueRequest: Sendable, Equatable {
    /// Obsolete and without effect, with two unused strings. Answer: ``QueueReply``.
    case initializeConnection
    /// Answer: an ad with the capabilities.
    case getCapabilities(mask: Int)
    /// Answer: ``NewClusterReply``.
    case newCluster
    /// Answer: ``QueueReply`` with the number of the proc: 0, 1, 2 … in a new cluster.
    case newProc(cluster: Int)
    /// Answer: ``QueueReply``.
    case destroyCluster(Int)
    /// Answer: ``QueueReply``.
    case destroyProc(QueueKey)
    /// Answer: ``QueueReply``; none with ``SetAttributeFlags/noAck``. The value is an expression in old ClassAd syntax. A value that does not parse
    /// is stored as undefined without an error (observed with 25.14.1).
    case setAttribute(QueueKey, name: String, value: String, flags: SetAttributeFlags)
    /// Answer: ``QueueReply`` with the number of changed jobs.
    case setAttributeByConstraint(constraint: String, name: String, value: String, flags: SetAttributeFlags)
    /// Sets an attribute to the time this number of seconds after the transaction began. Answer: ``QueueReply``.
    case setTimerAttribute(QueueKey, name: String, seconds: Int)
    /// Answer: ``QueueReply``.
    case deleteAttribute(QueueKey, name: String)
    /// Answer: ``QueueReply`` and, if it is not negative, the value.
    case getAttribute(QueueKey, name: String, as: AttributeForm)
    /// Answer: ``QueueReply`` and, if it is not negative, the ad.
    case getJobAd(QueueKey)
    /// The first job for which the constraint is true. Answer: as for ``getJobAd(_:)``.
    case getJobByConstraint(String)
    /// The jobs one after the other; a nil constraint selects all. Answer: as for ``getJobAd(_:)``; -1 and errno 0 after the last job.
    case getNextJob(constraint: String?, startsOver: Bool)
    /// The answer is one message: 0 and an ad, repeatedly, then -1 and an errno of 0.
    case getAllJobs(constraint: String, projection: String)
    /// Answer: ``QueueReply`` and an ad.
    case getDirtyAttributes(QueueKey)
    /// Like ``getNextJob(constraint:startsOver:)``, for jobs with attributes that their user has not seen yet.
    case getNextDirtyJob(constraint: String, startsOver: Bool)
    /// Answer: ``QueueReply``.
    case setEffectiveOwner(String)
    /// Answer: the previous setting as ``QueueReply``.
    case setAllowProtectedChanges(Bool)
    /// The items for late materialization: rows ended by newlines, with fields separated by 0x1F. Answer: ``MaterializeDataReply``.
    case sendMaterializeData(cluster: Int, items: [UInt8])
    /// The submit description for late materialization. Answer: ``QueueReply``.
    case setJobFactory(cluster: Int, limit: Int, fileName: String, digest: String)
    /// The ad of a job set. Answer: ``QueueReply``.
    case sendJobQueueAd(QueueKey, flags: Int)
    /// Removed from HTCondor. Answer: -2 and, for the first one, an errno.
    case sendSpoolFile
    case sendSpoolFileIfNeeded
    case beginTransaction
    case abortTransaction
    /// Answer: ``CommitReply``.
    case commitTransaction(flags: SetAttributeFlags)
    /// No answer: the schedd closes the connection.
    case closeSocket

    /// The form in which an attribute's value is requested.
    package enum AttributeForm: Sendable, Equatable, CaseIterable {
        case float
        case integer
        case string
        /// As text in old ClassAd syntax.
        case expression
    }

    private enum Number {
        static let initializeConnection = 10001
        static let newCluster = 10002
        static let newProc = 10003
        static let destroyCluster = 10004
        static let destroyProc = 10005
        static let setAttribute = 10006
        static let commitNoFlags = 10007
        static let getAttributeFloat = 10008
        static let getAttributeInt = 10009
        static let getAttributeString = 10010
        static let getAttributeExpr = 10011
        static let deleteAttribute = 10012
        static let getNextJob = 10013
        static let sendSpoolFile = 10017
        static let getJobAd = 10018
        static let getJobByConstraint = 10019
        static let getNextJobByConstraint = 10020
        static let setAttributeByConstraint = 10021
        static let initializeReadOnlyConnection = 10022
        static let beginTransaction = 10023
        static let abortTransaction = 10024
        static let setTimerAttribute = 10025
        static let getAllJobsByConstraint = 10026
        static let setAttribute2 = 10027
        static let closeSocket = 10028
        static let sendSpoolFileIfNeeded = 10029
        static let setEffectiveOwner = 10030
        static let commit = 10031
        static let setAttributeByConstraint2 = 10032
        static let getDirtyAttributes = 10033
        static let getNextDirtyJobByConstraint = 10034
        static let setAllowProtectedAttrChanges = 10035
        static let getCapabilities = 10036
        static let setJobFactory = 10037
        static let sendMaterializeData = 10039
        static let sendJobQueueAd = 10040

        static let getAttribute: [AttributeForm: Int] = [
            .float: getAttributeFloat, .integer: getAttributeInt, .string: getAttributeString, .expression: getAttributeExpr,
        ]
    }

    package func encode(into message: inout MessageEncoder) {
        func number(_ number: Int) { message.write(integer: number) }
        func key(_ key: QueueKey) {
            message.write(integer: key.cluster)
            message.write(integer: key.proc)
        }
        func strings(_ texts: String...) { for text in texts { message.write(string: text) } }
        switch self {
        case .initializeConnection:
            number(Number.initializeConnection)
            strings("", "")
        case .getCapabilities(let mask):
            number(Number.getCapabilities)
            number(mask)
        case .newCluster:
            number(Number.newCluster)
        case .newProc(let cluster):
            number(Number.newProc)
            number(cluster)
        case .destroyCluster(let cluster):
            number(Number.destroyCluster)
            number(cluster)
        case .destroyProc(let job):
            number(Number.destroyProc)
            key(job)
        case .setAttribute(let job, let name, let value, let flags):
            number(flags.isEmpty ? Number.setAttribute : Number.setAttribute2)
            key(job)
            strings(value, name)
            if !flags.isEmpty { message.write(byte: flags.rawValue) }
        case .setAttributeByConstraint(let constraint, let name, let value, let flags):
            number(flags.isEmpty ? Number.setAttributeByConstraint : Number.setAttributeByConstraint2)
            strings(constraint, value, name)
            if !flags.isEmpty { message.write(byte: flags.rawValue) }
        case .setTimerAttribute(let job, let name, let seconds):
            number(Number.setTimerAttribute)
            key(job)
            strings(name)
            number(seconds)
        case .deleteAttribute(let job, let name):
            number(Number.deleteAttribute)
            key(job)
            strings(name)
        case .getAttribute(let job, let name, let form):
            number(Number.getAttribute[form] ?? Number.getAttributeExpr)
            key(job)
            strings(name)
        case .getJobAd(let job):
            number(Number.getJobAd)
            key(job)
        case .getJobByConstraint(let constraint):
            number(Number.getJobByConstraint)
            strings(constraint)
        case .getNextJob(let constraint, let startsOver):
            number(constraint == nil ? Number.getNextJob : Number.getNextJobByConstraint)
            number(startsOver ? 1 : 0)
            if let constraint { strings(constraint) }
        case .getAllJobs(let constraint, let projection):
            number(Number.getAllJobsByConstraint)
            strings(constraint, projection)
        case .getDirtyAttributes(let job):
            number(Number.getDirtyAttributes)
            key(job)
        case .getNextDirtyJob(let constraint, let startsOver):
            number(Number.getNextDirtyJobByConstraint)
            number(startsOver ? 1 : 0)
            strings(constraint)
        case .setEffectiveOwner(let owner):
            number(Number.setEffectiveOwner)
            strings(owner)
        case .setAllowProtectedChanges(let allowed):
            number(Number.setAllowProtectedAttrChanges)
            number(allowed ? 1 : 0)
        case .sendMaterializeData(let cluster, let items):
            number(Number.sendMaterializeData)
            number(cluster)
            number(0)
            message.write(bytes: items)
        case .setJobFactory(let cluster, let limit, let fileName, let digest):
            number(Number.setJobFactory)
            number(cluster)
            number(limit)
            strings(fileName, digest)
        case .sendJobQueueAd(let job, let flags):
            number(Number.sendJobQueueAd)
            key(job)
            number(flags)
        case .sendSpoolFile:
            number(Number.sendSpoolFile)
            strings("")
        case .sendSpoolFileIfNeeded:
            number(Number.sendSpoolFileIfNeeded)
        case .beginTransaction:
            number(Number.beginTransaction)
        case .abortTransaction:
            number(Number.abortTransaction)
        case .commitTransaction(let flags):
            number(flags.isEmpty ? Number.commitNoFlags : Number.commit)
            if !flags.isEmpty { number(Int(flags.rawValue)) }
        case .closeSocket:
            number(Number.closeSocket)
        }
    }

    /// Reads one message to its end, except for what follows ``sendJobQueueAd(_:flags:)``, ``sendSpoolFile`` and ``initializeConnection``, which is
    /// not needed.
    package init(from message: inout MessageDecoder) throws(CedarError) {
        func key() throws(CedarError) -> QueueKey { QueueKey(cluster: try message.readInt(), proc: try message.readInt()) }
        let number = try message.readInt()
        switch number {
        case Number.initializeConnection, Number.initializeReadOnlyConnection:
            self = .initializeConnection
        case Number.getCapabilities:
            self = .getCapabilities(mask: try message.readInt())
        case Number.newCluster:
            self = .newCluster
        case Number.newProc:
            self = .newProc(cluster: try message.readInt())
        case Number.destroyCluster:
            self = .destroyCluster(try message.readInt())
        case Number.destroyProc:
            self = .destroyProc(try key())
        case Number.setAttribute, Number.setAttribute2:
            let job = try key()
            let value = try message.readString()
            let name = try message.readString()
            let flags = number == Number.setAttribute ? [] : SetAttributeFlags(rawValue: try message.readByte())
            self = .setAttribute(job, name: name, value: value, flags: flags)
        case Number.setAttributeByConstraint, Number.setAttributeByConstraint2:
            let constraint = try message.readString()
            let value = try message.readString()
            let name = try message.readString()
            let flags = number == Number.setAttributeByConstraint ? [] : SetAttributeFlags(rawValue: try message.readByte())
            self = .setAttributeByConstraint(constraint: constraint, name: name, value: value, flags: flags)
        case Number.setTimerAttribute:
            self = .setTimerAttribute(try key(), name: try message.readString(), seconds: try message.readInt())
        case Number.deleteAttribute:
            self = .deleteAttribute(try key(), name: try message.readString())
        case Number.getAttributeFloat, Number.getAttributeInt, Number.getAttributeString, Number.getAttributeExpr:
            let form = Number.getAttribute.first { $0.value == number }?.key ?? .expression
            self = .getAttribute(try key(), name: try message.readString(), as: form)
        case Number.getJobAd:
            self = .getJobAd(try key())
        case Number.getJobByConstraint:
            self = .getJobByConstraint(try message.readString())
        case Number.getNextJob:
            self = .getNextJob(constraint: nil, startsOver: try message.readBool())
        case Number.getNextJobByConstraint:
            let startsOver = try message.readBool()
            self = .getNextJob(constraint: try message.readString(), startsOver: startsOver)
        case Number.getAllJobsByConstraint:
            self = .getAllJobs(constraint: try message.readString(), projection: try message.readString())
        case Number.getDirtyAttributes:
            self = .getDirtyAttributes(try key())
        case Number.getNextDirtyJobByConstraint:
            let startsOver = try message.readBool()
            self = .getNextDirtyJob(constraint: try message.readString(), startsOver: startsOver)
        case Number.setEffectiveOwner:
            self = .setEffectiveOwner(try message.readString())
        case Number.setAllowProtectedAttrChanges:
            self = .setAllowProtectedChanges(try message.readBool())
        case Number.sendMaterializeData:
            let cluster = try message.readInt()
            _ = try message.readInt()
            guard message.hasWholeMessage else { throw .incomplete }
            self = .sendMaterializeData(cluster: cluster, items: try message.readBytes(message.bufferedByteCount))
        case Number.setJobFactory:
            let cluster = try message.readInt()
            let limit = try message.readInt()
            self = .setJobFactory(cluster: cluster, limit: limit, fileName: try message.readString(), digest: try message.readString())
        case Number.sendJobQueueAd:
            self = .sendJobQueueAd(try key(), flags: try message.readInt())
        case Number.sendSpoolFile:
            self = .sendSpoolFile
        case Number.sendSpoolFileIfNeeded:
            self = .sendSpoolFileIfNeeded
        case Number.beginTransaction:
            self = .beginTransaction
        case Number.abortTransaction:
            self = .abortTransaction
        case Number.commitNoFlags:
            self = .commitTransaction(flags: [])
        case Number.commit:
            self = .commitTransaction(flags: SetAttributeFlags(rawValue: UInt8(truncatingIfNeeded: try message.readInt())))
        case Number.closeSocket:
            self = .closeSocket
        default:
            throw CedarError(.unknownCommand, "unknown request \(number) of the queue management")
        }
    }
}

/// The answer to ``QueueRequest/sendMaterializeData(cluster:items:)``.
package struct MaterializeDataReply: Sendable, Equatable {
    /// The file that now holds the items. The digest must name it.
    package var fileName: String
    package var rowCount: Int
    package var reply: QueueReply

    package init(fileName: String, rowCount: Int, reply: QueueReply) {
        self.fileName = fileName
        self.rowCount = rowCount
        self.reply = reply
    }

    package func encode(into message: inout MessageEncoder) {
        message.write(string: fileName)
        message.write(integer: rowCount)
        reply.encode(into: &message)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        fileName = try message.readString()
        rowCount = try message.readInt()
        reply = try QueueReply(from: &message)
    }
}
