import Glibc

/// The unix account a job runs as.
struct JobAccount: Sendable, Hashable {
    var uid: uid_t
    var gid: gid_t

    /// The scheduler's own.
    static var current: JobAccount { JobAccount(uid: geteuid(), gid: getegid()) }

    /// The account of a name; nil where there is none, or it is root's.
    init?(named name: String) {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let ids: (uid_t, gid_t)? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress, getpwnam_r(name, &record, memory, buffer.count, &found) == 0, found != nil else { return nil }
            return (record.pw_uid, record.pw_gid)
        }
        guard let (uid, gid) = ids, uid != 0 else { return nil }
        self.init(uid: uid, gid: gid)
    }

    init(uid: uid_t, gid: gid_t) {
        self.uid = uid
        self.gid = gid
    }

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

    /// That of the job's owner, where this machine has one of the name that is not root's; otherwise as ``standard``.
    case owners

    /// For root a range of numbers that Linux distributions assign to nobody, and that exist in usual containers, too; for others their own.
    static var standard: JobAccountPolicy {
        geteuid() == 0 ? .range(first: 60_578, count: 600) : .current
    }

    /// - Parameters:
    ///   - index: a number no other running job has.
    ///   - user: the job's, `alice@pool.example`.
    func account(index: Int, user: String) -> JobAccount {
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
