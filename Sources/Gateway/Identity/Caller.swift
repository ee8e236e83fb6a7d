import Cedar

/// Who asks: the credential that is forwarded to the scheduler with each command, and nothing more.
struct Caller: Sendable {
    let credential: Credential
}
