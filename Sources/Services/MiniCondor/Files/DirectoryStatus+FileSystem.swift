import Cedar
import Glibc
import POSIX

extension DirectoryStatus {
    /// What is at a path, links not followed; nil when nothing is there.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR, mode: status.st_mode & 0o7777, linkCount: Int(clamping: status.st_nlink),
            owner: Account(uid: status.st_uid)?.name)
    }
}
