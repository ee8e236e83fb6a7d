import ClassAd
package import Tokens

/// The user who makes a request: the credential that is forwarded to the scheduler with each command, and nothing more.
package struct Caller: Sendable {
    package let credential: Credential
    /// Identifies the credential without revealing anything about it.
    package let identity: IdentityDigest
    /// An identity that outlives a single credential. Tokens minted for a user of a trusted proxy or a certificate are renewed, but stand for the
    /// same user.
    package let lastingIdentity: IdentityDigest

    /// - Parameter user: the user named by a trusted proxy or a certificate.
    package init(credential: Credential, user: String? = nil) {
        self.credential = credential
        identity = IdentityDigest(credential)
        lastingIdentity = user.map { IdentityDigest(.claimToBe($0)) } ?? identity
    }

    /// Whether the job belongs to the caller, judged by the token's subject. The scheduler decides what the caller may do; this only chooses the
    /// wording of a refusal.
    func owns(_ ad: WireAd) -> Bool {
        guard case .token(let token) = credential, let subject = token.subject else { return false }
        if ad.string("User") == subject { return true }
        let name = subject.split(separator: "@", maxSplits: 1).first.map(String.init)
        return ad.string("User") == nil && ad.string("Owner") == name
    }

    /// The user's name without its domain, if the token has one.
    var userName: String? {
        guard case .token(let token) = credential else { return nil }
        return token.subject?.split(separator: "@", maxSplits: 1).first.map(String.init)
    }
}
