import Cedar
import Glibc
import POSIX

extension DirectoryStatus {
    /// The status of a path, without following links; nil if it does not exist.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR, mode: status.st_mode & 0o7777, linkCount: Int(clamping: status.st_nlink),
            owner: Account(uid: status.st_uid)?.name)
    }
}
