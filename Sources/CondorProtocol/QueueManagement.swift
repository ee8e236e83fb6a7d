import Cedar
import ClassAd

/// Flags of SetAttribute.
///
/// Source: HTCondor 25.14, `condor_includes/condor_qmgr.h`.
public struct SetAttributeFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Not forced to disk at once.
    public static let nonDurable = SetAttributeFlags(rawValue: 1)
    /// No answer: the first error is kept, later assignments are ignored and the commit fails with that error. Only SetAttribute
    /// honours it; SetAttributeByConstraint always answers.
    public static let noAck = SetAttributeFlags(rawValue: 2)
    public static let setDirty = SetAttributeFlags(rawValue: 4)
    public static let shouldLog = SetAttributeFlags(rawValue: 8)
    /// By constraint: leave out jobs of others instead of failing.
    public static let onlyMyJobs = SetAttributeFlags(rawValue: 16)
    /// Check only, change nothing.
    public static let queryOnly = SetAttributeFlags(rawValue: 32)
}

/// The ad an assignment is about: a proc's, or the cluster's.
public struct QueueKey: Sendable, Hashable {
    public var cluster: Int
    /// -1 for the ad of the cluster.
    public var proc: Int

    public init(cluster: Int, proc: Int) {
        self.cluster = cluster
        self.proc = proc
    }

    public init(_ id: JobID) { self.init(cluster: id.cluster, proc: id.proc) }

    public static func cluster(_ cluster: Int) -> QueueKey { QueueKey(cluster: cluster, proc: -1) }
}

/// One message of a client in a queue management conversation (1111, 1112).
///
/// The conversation has an open transaction from its first moment; it ends with the conversation unless committed. **The schedd serves
/// a write conversation in a blocking loop: while one is open and idle the whole schedd stands still** (observed against 25.14.1).
///
/// Source: numbers of HTCondor 25.14, `condor_includes/condor_qmgr.h`; layouts observed against 25.14.1.
public enum QueueRequest: Sendable, Equatable {
    /// Answer: the capabilities' ad.
    case getCapabilities(mask: Int)
    /// Answer: ``NewClusterReply``.
    case newCluster
    /// Answer: ``QueueReply`` with the number of the proc: 0, 1, 2 … within a new cluster.
    case newProc(cluster: Int)
    /// Answer: ``QueueReply``, none with ``SetAttributeFlags/noAck``. The value is an expression in old ClassAd syntax; one that
    /// does not parse is stored as undefined without an error (observed against 25.14.1).
    case setAttribute(QueueKey, name: String, value: String, flags: SetAttributeFlags)
    /// Answer: ``QueueReply`` with the number of jobs changed.
    case setAttributeByConstraint(constraint: String, name: String, value: String, flags: SetAttributeFlags)
    /// Answer: ``QueueReply``.
    case deleteAttribute(QueueKey, name: String)
    /// Answer: ``QueueReply`` then, if it is not negative, the ad.
    case getJobAd(QueueKey)
    case setEffectiveOwner(String)
    case beginTransaction
    case abortTransaction
    /// Answer: ``CommitReply``.
    case commitTransaction(flags: SetAttributeFlags)
    /// No answer: the schedd closes.
    case closeSocket

    private enum Number {
        static let newCluster = 10002
        static let newProc = 10003
        static let setAttribute = 10006
        static let commitNoFlags = 10007
        static let deleteAttribute = 10012
        static let getJobAd = 10018
        static let setAttributeByConstraint = 10021
        static let beginTransaction = 10023
        static let abortTransaction = 10024
        static let setAttribute2 = 10027
        static let closeSocket = 10028
        static let setEffectiveOwner = 10030
        static let commit = 10031
        static let setAttributeByConstraint2 = 10032
        static let getCapabilities = 10036
    }

    public func encode(into message: inout MessageEncoder) {
        switch self {
        case .getCapabilities(let mask):
            message.write(integer: Number.getCapabilities)
            message.write(integer: mask)
        case .newCluster:
            message.write(integer: Number.newCluster)
        case .newProc(let cluster):
            message.write(integer: Number.newProc)
            message.write(integer: cluster)
        case .setAttribute(let key, let name, let value, let flags):
            message.write(integer: flags.isEmpty ? Number.setAttribute : Number.setAttribute2)
            message.write(integer: key.cluster)
            message.write(integer: key.proc)
            message.write(string: value)
            message.write(string: name)
            if !flags.isEmpty { message.write(byte: flags.rawValue) }
        case .setAttributeByConstraint(let constraint, let name, let value, let flags):
            message.write(integer: flags.isEmpty ? Number.setAttributeByConstraint : Number.setAttributeByConstraint2)
            message.write(string: constraint)
            message.write(string: value)
            message.write(string: name)
            if !flags.isEmpty { message.write(byte: flags.rawValue) }
        case .deleteAttribute(let key, let name):
            message.write(integer: Number.deleteAttribute)
            message.write(integer: key.cluster)
            message.write(integer: key.proc)
            message.write(string: name)
        case .getJobAd(let key):
            message.write(integer: Number.getJobAd)
            message.write(integer: key.cluster)
            message.write(integer: key.proc)
        case .setEffectiveOwner(let owner):
            message.write(integer: Number.setEffectiveOwner)
            message.write(string: owner)
        case .beginTransaction:
            message.write(integer: Number.beginTransaction)
        case .abortTransaction:
            message.write(integer: Number.abortTransaction)
        case .commitTransaction(let flags):
            message.write(integer: flags.isEmpty ? Number.commitNoFlags : Number.commit)
            if !flags.isEmpty { message.write(integer: Int(flags.rawValue)) }
        case .closeSocket:
            message.write(integer: Number.closeSocket)
        }
    }

    public init(from message: inout MessageDecoder) throws(CedarError) {
        let number = try message.readInt()
        switch number {
        case Number.getCapabilities:
            self = .getCapabilities(mask: try message.readInt())
        case Number.newCluster:
            self = .newCluster
        case Number.newProc:
            self = .newProc(cluster: try message.readInt())
        case Number.setAttribute, Number.setAttribute2:
            let key = QueueKey(cluster: try message.readInt(), proc: try message.readInt())
            let value = try message.readString()
            let name = try message.readString()
            let flags = number == Number.setAttribute ? [] : SetAttributeFlags(rawValue: try message.readByte())
            self = .setAttribute(key, name: name, value: value, flags: flags)
        case Number.setAttributeByConstraint, Number.setAttributeByConstraint2:
            let constraint = try message.readString()
            let value = try message.readString()
            let name = try message.readString()
            let flags = number == Number.setAttributeByConstraint ? [] : SetAttributeFlags(rawValue: try message.readByte())
            self = .setAttributeByConstraint(constraint: constraint, name: name, value: value, flags: flags)
        case Number.deleteAttribute:
            let key = QueueKey(cluster: try message.readInt(), proc: try message.readInt())
            self = .deleteAttribute(key, name: try message.readString())
        case Number.getJobAd:
            self = .getJobAd(QueueKey(cluster: try message.readInt(), proc: try message.readInt()))
        case Number.setEffectiveOwner:
            self = .setEffectiveOwner(try message.readString())
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

/// The general answer of the queue management: a result, and an errno (Linux numbers) when the result is negative.
public struct QueueReply: Sendable, Equatable {
    public var result: Int
    /// 0 when the result is not negative.
    public var errno: Int

    public init(result: Int, errno: Int = 0) {
        self.result = result
        self.errno = errno
    }

    public func encode(into message: inout MessageEncoder) {
        message.write(integer: result)
        if result < 0 { message.write(integer: errno) }
    }

    public init(from message: inout MessageDecoder) throws(CedarError) {
        result = try message.readInt()
        errno = result < 0 ? try message.readInt() : 0
    }
}

/// Why the schedd refused: the ad after a failed NewCluster or commit.
public struct QueueRefusal: Sendable, Equatable {
    /// Linux number, always positive: the schedd sends errors of unacknowledged assignments negated.
    public var errno: Int
    /// The schedd's text; nil when it gave none.
    public var reason: String?

    public init(errno: Int, reason: String? = nil) {
        self.errno = errno
        self.reason = reason
    }

    func encode(into message: inout MessageEncoder) {
        message.write(integer: errno)
        var ad = ClassAd()
        ad.set("ErrorCode", Int64(2))
        if let reason { ad.set("ErrorReason", reason) }
        message.write(ad: ad)
    }

    init(from message: inout MessageDecoder) throws(CedarError) {
        let number = try message.readInt()
        errno = number == .min ? .max : abs(number)
        let ad = try message.readAd()
        reason = ad.string("ErrorReason").flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The answer to NewCluster.
public enum NewClusterReply: Sendable, Equatable {
    case cluster(Int)
    /// The result tells the kind: -1 access, -2 too many jobs submitted, -5 user disabled or unknown, -7 user record refused,
    /// -10 internal or no account.
    case refused(result: Int, QueueRefusal)

    public func encode(into message: inout MessageEncoder) {
        switch self {
        case .cluster(let cluster):
            message.write(integer: cluster)
        case .refused(let result, let refusal):
            message.write(integer: result)
            refusal.encode(into: &message)
        }
    }

    public init(from message: inout MessageDecoder) throws(CedarError) {
        let result = try message.readInt()
        self = result > 0 ? .cluster(result) : .refused(result: result, try QueueRefusal(from: &message))
    }
}

/// The answer to a commit.
public enum CommitReply: Sendable, Equatable {
    /// Everything is in the queue. The text is what a submit requirement only warns about.
    case committed(warning: String?)
    /// Nothing of the transaction is in the queue.
    case refused(QueueRefusal)

    public func encode(into message: inout MessageEncoder) {
        switch self {
        case .committed(let warning):
            message.write(integer: 0)
            var ad = ClassAd()
            if let warning { ad.set("WarningReason", warning) }
            message.write(ad: ad)
        case .refused(let refusal):
            message.write(integer: -1)
            refusal.encode(into: &message)
        }
    }

    public init(from message: inout MessageDecoder) throws(CedarError) {
        let result = try message.readInt()
        if result < 0 {
            self = .refused(try QueueRefusal(from: &message))
        } else {
            let ad = try message.readAd()
            self = .committed(warning: ad.string("WarningReason").flatMap { $0.isEmpty ? nil : $0 })
        }
    }
}
