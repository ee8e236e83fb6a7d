package import Glibc

/// Which account each job gets.
package enum JobAccountPolicy: Sendable, Hashable {
    /// That of this process: the only possibility for a plain user.
    case current
    /// The same for all jobs. Jobs are kept apart by namespaces alone.
    case fixed(JobAccount)
    /// One of a range of numbers for each job that runs: keeps jobs apart without namespaces.
    case range(first: uid_t, count: uid_t)

    /// The account with the name of the job's owner, unless it is root's; ``standard`` where this machine has none.
    case owners

    /// For root a range of numbers that Linux distributions assign to nobody and that usual containers map, too; for others their own account.
    package static var standard: JobAccountPolicy {
        geteuid() == 0 ? .range(first: 60_578, count: 600) : .current
    }

    /// The account for one job.
    ///
    /// - Parameters:
    ///   - index: a number that no other running job has.
    ///   - user: the job's, `alice@pool.example`.
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
