/// Who sent a command, as the security handshake established it.
struct Requester: Sendable, Hashable {
    /// `alice@pool.example`.
    var user: String
    /// May act on everybody's jobs and set protected attributes.
    var isQueueSuperuser: Bool

    /// The part before `@`: what `Owner` of this user's jobs is.
    var owner: Substring { user.prefix { $0 != "@" } }
}
