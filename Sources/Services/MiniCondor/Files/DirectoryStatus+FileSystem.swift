import Cedar
import Glibc

extension DirectoryStatus {
    /// What is at a path, links not followed; nil when nothing is there.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR, mode: status.st_mode & 0o7777, linkCount: Int(clamping: status.st_nlink),
            owner: AccountName.of(status.st_uid))
    }
}

/// Names of this host's accounts.
enum AccountName {
    /// Nil for a number without an account.
    static func of(_ user: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        let result = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard result == 0, found != nil, let name = entry.pw_name else { return nil }
        return String(cString: name)
    }
}
