import Glibc

/// The unix account a job runs as.
struct JobAccount: Sendable, Hashable {
    var uid: uid_t
    var gid: gid_t

    /// The scheduler's own.
    static var current: JobAccount { JobAccount(uid: geteuid(), gid: getegid()) }

    /// Name and home directory, where the account has an entry.
    var entry: (name: String, home: String)? {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress, getpwuid_r(uid, &record, memory, buffer.count, &found) == 0, found != nil,
                let name = record.pw_name, let home = record.pw_dir
            else { return nil }
            return (String(cString: name), String(cString: home))
        }
    }
}

/// Which account each job gets.
enum JobAccountPolicy: Sendable, Hashable {
    /// The scheduler's own: the only possibility for a plain user.
    case current
    /// The same for all jobs. Jobs are kept apart by namespaces alone.
    case fixed(JobAccount)
    /// One of a range of numbers for each job that runs: as safe where there are no namespaces.
    case range(first: uid_t, count: uid_t)

    /// For root a range of numbers that Linux distributions assign to nobody, and that exist in usual containers, too; for others their own.
    static var standard: JobAccountPolicy {
        geteuid() == 0 ? .range(first: 60_578, count: 600) : .current
    }

    /// - Parameter index: a number no other running job has.
    func account(index: Int) -> JobAccount {
        switch self {
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
