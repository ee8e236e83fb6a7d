import ClassAd
package import Tokens

/// Who asks: the credential that is forwarded to the scheduler with each command, and nothing more.
package struct Caller: Sendable {
    package let credential: Credential
    /// Stands for the credential where callers are told apart. It reveals nothing of the credential.
    package let identity: IdentityDigest
    /// The identity that outlives one credential. Tokens that are minted for a user of a trusted proxy or of a certificate are renewed, but stand for
    /// the same user.
    package let lastingIdentity: IdentityDigest

    /// - Parameter user: the user that a trusted proxy or a certificate has named.
    package init(credential: Credential, user: String? = nil) {
        self.credential = credential
        identity = IdentityDigest([credential])
        lastingIdentity = user.map { IdentityDigest([.claimToBe($0)]) } ?? identity
    }

    /// Whether the job is the caller's own, as far as the token's subject tells. The scheduler decides what the caller may do; this only chooses the
    /// words of a refusal.
    func owns(_ ad: WireAd) -> Bool {
        guard case .token(let token) = credential, let subject = token.subject else { return false }
        if ad.string("User") == subject { return true }
        let name = subject.split(separator: "@", maxSplits: 1).first.map(String.init)
        return ad.string("User") == nil && ad.string("Owner") == name
    }

    /// The user's name without domain, as far as the token tells.
    var userName: String? {
        guard case .token(let token) = credential else { return nil }
        return token.subject?.split(separator: "@", maxSplits: 1).first.map(String.init)
    }
}
