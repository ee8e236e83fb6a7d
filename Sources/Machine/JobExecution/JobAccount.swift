package import Glibc
import POSIX

/// The Unix account that a job runs under.
package struct JobAccount: Sendable, Hashable {
    package var uid: uid_t
    package var gid: gid_t

    /// The account of this process.
    package static var current: JobAccount { JobAccount(uid: geteuid(), gid: getegid()) }

    /// The account with a name; nil if it does not exist or is root's.
    package init?(named name: String) {
        guard let account = Account(named: name), account.uid != 0 else { return nil }
        self.init(uid: account.uid, gid: account.gid)
    }

    package init(uid: uid_t, gid: gid_t) {
        self.uid = uid
        self.gid = gid
    }
}
