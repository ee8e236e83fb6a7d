import ClassAd
import CondorProtocol

/// The trace of a submission with a key in the ad of its cluster, written in the transaction that makes the cluster.
struct SubmissionStamp: Sendable {
    static let keyAttribute = "HtapiIdempotencyKey"
    static let digestAttribute = "HtapiIdempotencyDigest"

    var key: IdempotencyKey
    /// Of what was submitted (``SubmissionBody/digest``).
    var digest: String

    func mark(_ ad: inout ClassAd) {
        ad.set(Self.keyAttribute, key.text)
        ad.set(Self.digestAttribute, digest)
    }

    /// True for the jobs of a user that were submitted with this key, whatever the content.
    func expression(user: String, isRepeatable: Bool) -> ExprTree {
        .conjunction([expression(isRepeatable: isRepeatable), .binary(.identical, .attribute("User"), .string(user))])
    }

    /// True for the jobs of anybody that were submitted with this key.
    /// - Parameter isRepeatable: not for those that were removed before they had their input, since their sandbox is here again. The scheduler
    ///   removes jobs whose sandbox does not arrive whole, as when the gateway ends in the middle.
    func expression(isRepeatable: Bool) -> ExprTree {
        let sameKey = ExprTree.binary(.identical, .attribute(Self.keyAttribute), .string(key.text))
        guard isRepeatable else { return sameKey }
        return .conjunction([
            sameKey,
            .disjunction([
                .binary(.notIdentical, .attribute("JobStatus"), .integer(JobStatus.removed.rawValue)),
                .binary(.notIdentical, .attribute("StageInFinish"), .undefined),
            ]),
        ])
    }

    /// Whether a job with this key was made of the same content.
    func isSameContent(_ ad: WireAd) -> Bool { ad.string(Self.digestAttribute) == digest }
}
