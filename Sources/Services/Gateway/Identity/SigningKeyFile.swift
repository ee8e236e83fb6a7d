import Glibc
import POSIX
package import Tokens

/// Reads a pool's signing key as carefully as HTCondor does: a file that others can read is not secret and is refused.
package enum SigningKeyFile {
    /// Why a key file was refused. Never contains any part of the key.
    package struct Failure: Error, CustomStringConvertible, Sendable {
        package let description: String
    }

    /// HTCondor's keys have 64 bytes, so a file larger than this is not a key.
    private static let maximumSize = 65_536

    /// Reads the key from a file. The key's name is `kid` if given, `POOL` if the file has that name, and otherwise the file's name.
    /// - Throws: if the file cannot be read, is empty, is not a regular file, belongs to somebody other than the current user or root, or is
    ///   accessible to group or others.
    package static func read(_ path: String, keyID: String? = nil) throws(Failure) -> SigningKey {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Failure(description: "\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw Failure(description: "\(path) is not a file") }
        guard status.st_mode & 0o077 == 0 else {
            throw Failure(description: "\(path) can be read by others (mode 0\(String(status.st_mode & 0o777, radix: 8))); make it 0600")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Failure(description: "\(path) belongs to somebody else (uid \(status.st_uid))")
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileReading.contents(of: file, limit: maximumSize)
        } catch {
            throw Failure(description: error.number == EFBIG ? "\(path) is too large for a key" : "\(path): \(error.text)")
        }
        guard !bytes.isEmpty else { throw Failure(description: "\(path) is empty") }
        let name = keyID ?? path.split(separator: "/").last.map(String.init) ?? SigningKey.poolKeyID
        do {
            return try SigningKey(id: name, fileContents: bytes)
        } catch {
            throw Failure(description: "\(path): \(error)")
        }
    }
}
