import Glibc

/// A file without a name: it disappears with the last reference, also when the process is killed.
final class TemporaryFile: Sendable {
    private let descriptor: CInt

    /// Makes the file in `directory`: `O_TMPFILE` where the file system has it, otherwise a file that is unlinked at once. Readable by this user
    /// only.
    init(in directory: String) throws(SandboxError) {
        var made = open(directory, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
        if made < 0 {
            // EOPNOTSUPP and EISDIR: no O_TMPFILE here. Any other trouble shows again, with its own errno.
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

    /// Fills `bytes` from `offset` on and returns how many there were; fewer than asked only at the end of the file.
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

    /// Makes the file `size` bytes long; what was not written reads as zeros.
    func extend(to size: Int64) throws(SandboxError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system("extending a staged file", errno) }
    }
}

/// `O_TMPFILE` of asm-generic/fcntl.h (with `O_DIRECTORY`), which the C library only declares as a composed macro.
private let unnamedFile: CInt = 0o20000000 | O_DIRECTORY
