package import Glibc

/// The unix account a job runs as.
package struct JobAccount: Sendable, Hashable {
    package var uid: uid_t
    package var gid: gid_t

    /// The account of this process.
    package static var current: JobAccount { JobAccount(uid: geteuid(), gid: getegid()) }

    /// The account of a name; nil if there is none, or if it is root's.
    package init?(named name: String) {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let ids: (uid_t, gid_t)? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress, getpwnam_r(name, &record, memory, buffer.count, &found) == 0, found != nil else { return nil }
            return (record.pw_uid, record.pw_gid)
        }
        guard let (uid, gid) = ids, uid != 0 else { return nil }
        self.init(uid: uid, gid: gid)
    }

    package init(uid: uid_t, gid: gid_t) {
        self.uid = uid
        self.gid = gid
    }

    /// Name and home directory, where the account has an entry.
    package var entry: (name: String, home: String)? {
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
