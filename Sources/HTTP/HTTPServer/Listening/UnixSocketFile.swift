#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A socket in the file system that no other user can connect to, not even while it is being created.
///
/// It is bound in a directory that only this user can enter, gets its mode there, and is then moved into place. It replaces a socket that
/// nobody serves any more.
struct UnixSocketFile: Sendable {
    /// Why a socket cannot be created.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The longest path, in bytes, whose ``privatePath`` fits into a socket address.
    private static let longestPath = 98

    let path: String
    private let directory: String
    /// Where to bind.
    var privatePath: String { directory + "/s" }

    init(path: String) throws(Failure) {
        guard path.utf8.count <= Self.longestPath else { throw Failure(description: "the path is longer than \(Self.longestPath) bytes") }
        if Self.isServed(path) { throw Failure(description: "\(path) is served by another process") }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
            throw Failure(description: "\(path) exists and is not a socket")
        }
        var template = Array((path + ".XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(description: "cannot make a directory beside \(path): \(String(cString: strerror(errno)))")
        }
        self.path = path
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Moves the bound socket into place.
    func publish() throws(Failure) {
        guard chmod(privatePath, 0o600) == 0, rename(privatePath, path) == 0 else {
            throw Failure(description: "cannot put the socket at \(path): \(String(cString: strerror(errno)))")
        }
        rmdir(directory)
    }

    /// Removes what was created.
    func remove() {
        unlink(privatePath)
        rmdir(directory)
        unlink(path)
    }

    private static func isServed(_ path: String) -> Bool {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
