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
    /// Also the ads of clusters, when these make their jobs themselves: later jobs get the value too.
    public static let postSubmitClusterChange = SetAttributeFlags(rawValue: 128)
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

/// The answer of the queue management to a question for one ad.
public enum QueueAdReply: Sendable {
    case ad(WireAd)
    /// There is none; the errno (Linux numbers) says why, 0 or 2 for no such job.
    case none(errno: Int)

    public func encode(into message: inout MessageEncoder) {
        switch self {
        case .ad(let ad):
            message.write(integer: 0)
            message.write(ad: ad)
        case .none(let errno):
            message.write(integer: -1)
            message.write(integer: errno)
        }
    }

    public init(from message: inout MessageDecoder) throws(CedarError) {
        self = try message.readInt() >= 0 ? .ad(try message.readAd()) : .none(errno: try message.readInt())
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
