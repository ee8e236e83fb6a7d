import Cedar

/// Who asks: the credential that is forwarded to the scheduler with each command, and nothing more.
struct Caller: Sendable {
    let credential: Credential
    /// Stands for the credential where callers are told apart; says nothing of it.
    let identity: IdentityDigest

    init(credential: Credential) {
        self.credential = credential
        identity = IdentityDigest([credential])
    }
}
