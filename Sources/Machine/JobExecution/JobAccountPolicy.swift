package import Glibc

/// Determines the account of each job.
package enum JobAccountPolicy: Sendable, Hashable {
    /// This process's account, the only possibility without root.
    case current
    /// The same account for all jobs, which are then isolated by namespaces only.
    case fixed(JobAccount)
    /// A different user id from a range for each running job. Isolates jobs even without namespaces.
    case range(first: uid_t, count: uid_t)

    /// The account named like the job's owner, unless it is root's; ``standard`` if there is no such account.
    case owners

    /// For root, a range of ids that Linux distributions leave unassigned and that usual containers map; for other users, their own account.
    package static var standard: JobAccountPolicy {
        geteuid() == 0 ? .range(first: 60_578, count: 600) : .current
    }

    /// The account for a job.
    ///
    /// - Parameters:
    ///   - index: a number that no other running job has.
    ///   - user: the job's user, `alice@pool.example`.
    package func account(index: Int, user: String) -> JobAccount {
        switch self {
        case .owners:
            guard geteuid() == 0 else { return .current }
            let owner = user.utf8.lastIndex(of: UInt8(ascii: "@")).map { String(user[..<$0]) } ?? user
            return JobAccount(named: owner) ?? Self.standard.account(index: index, user: user)
        case .current:
            return .current
        case .fixed(let account):
            return account
        case .range(let first, let count):
            let number = first &+ uid_t(truncatingIfNeeded: index) % max(1, count)
            return JobAccount(uid: number, gid: number)
        }
    }
}
