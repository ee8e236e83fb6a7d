package import Glibc

/// An entry of this machine's account database.
package struct Account: Sendable, Hashable {
    package var name: String
    package var uid: uid_t
    package var gid: gid_t
    package var home: String

    /// The account with a user id; nil if it has no entry.
    package init?(uid: uid_t) {
        self.init { getpwuid_r(uid, $0, $1, $2, $3) }
    }

    /// The account with a name; nil if there is none.
    package init?(named name: String) {
        self.init { getpwnam_r(name, $0, $1, $2, $3) }
    }

    private typealias Search = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private init?(_ find: Search) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let account: (String, uid_t, gid_t, String)? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress, find(&entry, memory, buffer.count, &found) == 0, found != nil, let name = entry.pw_name,
                let home = entry.pw_dir
            else { return nil }
            return (String(cString: name), entry.pw_uid, entry.pw_gid, String(cString: home))
        }
        guard let account else { return nil }
        (name, uid, gid, home) = account
    }
}
