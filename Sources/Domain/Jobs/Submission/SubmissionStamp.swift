import ClassAd
import CondorModel

/// Marks the ad of a cluster with the key of its submission, in the transaction that makes the cluster.
struct SubmissionStamp: Sendable {
    static let keyAttribute = "HtapiIdempotencyKey"
    static let digestAttribute = "HtapiIdempotencyDigest"

    var key: IdempotencyKey
    /// The digest of the submitted content (``SubmissionBody/digest``).
    var digest: String

    func mark(_ ad: inout ClassAd) {
        ad.set(Self.keyAttribute, key.text)
        ad.set(Self.digestAttribute, digest)
    }

    /// True for the user's jobs that were submitted with this key, whatever their content.
    func expression(user: String, isRepeatable: Bool) -> ExprTree {
        .conjunction([expression(isRepeatable: isRepeatable), .binary(.identical, .attribute("User"), .string(user))])
    }

    /// True for anybody's jobs that were submitted with this key.
    /// - Parameter isRepeatable: exclude jobs that were removed before they had their input, because the sandbox is being sent again. The scheduler
    ///   removes jobs whose sandbox does not arrive whole, for instance when the gateway stops halfway.
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

    /// Whether the job was submitted with the same content.
    func isSameContent(_ ad: WireAd) -> Bool { ad.string(Self.digestAttribute) == digest }
}
