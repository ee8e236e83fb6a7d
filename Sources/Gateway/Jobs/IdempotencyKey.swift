import ClassAd
import Crypto
import HTTPKit

/// An `Idempotency-Key`: what makes a submission that is repeated the same submission.
struct IdempotencyKey: Sendable, Hashable, ParameterValue {
    let text: String

    /// 1 to 128 visible ASCII characters.
    init?(parameter text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.text = text
    }

    static var parameterSchema: Schema { .string(pattern: "^[!-~]{1,128}$", minLength: 1, maxLength: 128) }
}

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
    func expression(user: String) -> ExprTree {
        .conjunction([
            .binary(.identical, .attribute(Self.keyAttribute), .string(key.text)), .binary(.identical, .attribute("User"), .string(user)),
        ])
    }

    /// Whether a job with this key was made of the same content.
    func isSameContent(_ ad: WireAd) -> Bool { ad.string(Self.digestAttribute) == digest }
}
