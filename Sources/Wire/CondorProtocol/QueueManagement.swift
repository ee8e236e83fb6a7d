package import Cedar
package import ClassAd
package import CondorModel

/// Flags of SetAttribute.
///
/// Source: HTCondor 25.14, `condor_includes/condor_qmgr.h`.
package struct SetAttributeFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Not forced to disk at once.
    package static let nonDurable = SetAttributeFlags(rawValue: 1)
    /// No answer: the first error is kept, later assignments are ignored, and the commit fails with that error. Only SetAttribute supports it;
    /// SetAttributeByConstraint always answers.
    package static let noAck = SetAttributeFlags(rawValue: 2)
    package static let setDirty = SetAttributeFlags(rawValue: 4)
    package static let shouldLog = SetAttributeFlags(rawValue: 8)
    /// By constraint: skip other users' jobs instead of failing.
    package static let onlyMyJobs = SetAttributeFlags(rawValue: 16)
    /// Check only, change nothing.
    package static let queryOnly = SetAttributeFlags(rawValue: 32)
    /// Also changes the ads of clusters with late materialization, so that later jobs get the value too.
    package static let postSubmitClusterChange = SetAttributeFlags(rawValue: 128)
}

/// The ad that an assignment changes: a proc's or the cluster's.
package struct QueueKey: Sendable, Hashable {
    package var cluster: Int
    /// -1 for the cluster's ad.
    package var proc: Int

    package init(cluster: Int, proc: Int) {
        self.cluster = cluster
        self.proc = proc
    }

    package init(_ id: JobID) { self.init(cluster: id.cluster, proc: id.proc) }

    package static func cluster(_ cluster: Int) -> QueueKey { QueueKey(cluster: cluster, proc: -1) }
}

/// The general answer of queue management: a result, and an errno (Linux numbers) if the result is negative.
package struct QueueReply: Sendable, Equatable {
    package var result: Int
    /// 0 if the result is not negative.
    package var errno: Int

    package init(result: Int, errno: Int = 0) {
        self.result = result
        self.errno = errno
    }

    package func encode(into message: inout MessageEncoder) {
        message.write(integer: result)
        if result < 0 { message.write(integer: errno) }
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        result = try message.readInt()
        errno = result < 0 ? try message.readInt() : 0
    }
}

/// The answer of queue management to a request for one ad.
package enum QueueAdReply: Sendable {
    case ad(WireAd)
    /// There is no ad. The errno (Linux numbers) says why; 0 or 2 for no such job.
    case none(errno: Int)

    package func encode(into message: inout MessageEncoder) {
        switch self {
        case .ad(let ad):
            message.write(integer: 0)
            message.write(ad: ad)
        case .none(let errno):
            message.write(integer: -1)
            message.write(integer: errno)
        }
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        self = try message.readInt() >= 0 ? .ad(try message.readAd()) : .none(errno: try message.readInt())
    }
}

/// Why the schedd refused: the ad after a failed NewCluster or commit.
package struct QueueRefusal: Sendable, Equatable {
    /// A Linux errno, always positive. The schedd negates the errors of unacknowledged assignments.
    package var errno: Int
    /// The schedd's text; nil if there is none.
    package var reason: String?

    package init(errno: Int, reason: String? = nil) {
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
package enum NewClusterReply: Sendable, Equatable {
    case cluster(Int)
    /// The result tells the kind: -1 access, -2 too many jobs submitted, -5 user disabled or unknown, -7 user record refused, -10 internal or no
    /// account.
    case refused(result: Int, QueueRefusal)

    package func encode(into message: inout MessageEncoder) {
        switch self {
        case .cluster(let cluster):
            message.write(integer: cluster)
        case .refused(let result, let refusal):
            message.write(integer: result)
            refusal.encode(into: &message)
        }
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let result = try message.readInt()
        self = result > 0 ? .cluster(result) : .refused(result: result, try QueueRefusal(from: &message))
    }
}

/// The answer to a commit.
package enum CommitReply: Sendable, Equatable {
    /// Everything is in the queue. The text is a warning of a submit requirement.
    case committed(warning: String?)
    /// Nothing of the transaction is in the queue.
    case refused(QueueRefusal)

    package func encode(into message: inout MessageEncoder) {
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

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let result = try message.readInt()
        if result < 0 {
            self = .refused(try QueueRefusal(from: &message))
        } else {
            let ad = try message.readAd()
            self = .committed(warning: ad.string("WarningReason").flatMap { $0.isEmpty ? nil : $0 })
        }
    }
}
