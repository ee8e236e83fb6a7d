/// The client that sent a command, as identified by the security handshake.
struct Requester: Sendable, Hashable {
    /// `alice@pool.example`.
    var user: String
    /// Whether the client may act on everybody's jobs and set protected attributes.
    var isQueueSuperuser: Bool

    /// The part before `@`, which is the `Owner` of this user's jobs.
    var owner: Substring { user.prefix { $0 != "@" } }
}
