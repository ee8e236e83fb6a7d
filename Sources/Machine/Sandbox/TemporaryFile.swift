import Glibc

/// An unnamed file. It disappears with the last reference, even if the process is killed.
final class TemporaryFile: Sendable {
    private let descriptor: CInt

    /// Creates the file in `directory`: with `O_TMPFILE` if the file system supports it, otherwise a file that is unlinked at once. Only this user
    /// can read it.
    init(in directory: String) throws(SandboxError) {
        var made = open(directory, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
        if made < 0 {
            // EOPNOTSUPP and EISDIR mean that O_TMPFILE is not supported. Any other failure will occur again, with its own errno.
            made = TemporaryFile.makeUnlinked(in: directory)
        }
        guard made >= 0 else { throw .system("making a file in the staging directory", errno) }
        descriptor = made
    }

    deinit {
        close(descriptor)
    }

    private static func makeUnlinked(in directory: String) -> CInt {
        var template = Array("\(directory)/.sandbox-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { name in
            guard let path = name.baseAddress else { return -1 }
            let made = mkstemp(path)
            if made >= 0 {
                unlink(path)
                _ = fcntl(made, F_SETFD, FD_CLOEXEC)
            }
            return made
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SandboxError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("writing to the staging directory", errno)
            }
            done += count
        }
    }

    /// Fills `bytes` from `offset` on and returns the number of bytes read. It is smaller than requested only at the end of the file.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SandboxError) -> Int {
        var done = 0
        while done < bytes.count {
            let count = pread(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
            if count < 0 {
                if errno == EINTR { continue }
                throw .system("reading from the staging directory", errno)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Extends the file to `size` bytes. Unwritten parts read as zeros.
    func extend(to size: Int64) throws(SandboxError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system("extending a staged file", errno) }
    }
}

/// `O_TMPFILE` from asm-generic/fcntl.h (with `O_DIRECTORY`). The C library declares it only as a composed macro, which Swift cannot import.
private let unnamedFile: CInt = 0o20000000 | O_DIRECTORY
