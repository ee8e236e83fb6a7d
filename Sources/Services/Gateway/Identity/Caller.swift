import Cedar

/// Who asks: the credential that is forwarded to the scheduler with each command, and nothing more.
struct Caller: Sendable {
    let credential: Credential
    /// Stands for the credential where callers are told apart; says nothing of it.
    let identity: IdentityDigest
    /// The same for what outlives one credential: tokens that are made for a user of a trusted proxy or of a certificate are renewed, and stand for the same user.
    let lastingIdentity: IdentityDigest

    /// - Parameter user: whom a trusted proxy or a certificate has named.
    init(credential: Credential, user: String? = nil) {
        self.credential = credential
        identity = IdentityDigest([credential])
        lastingIdentity = user.map { IdentityDigest([.claimToBe($0)]) } ?? identity
    }
}
