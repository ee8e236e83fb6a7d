import Glibc
import POSIX

/// An open file of a sandbox.
final class FileHandle: Sendable {
    private let descriptor: Int32
    private let name: String

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = Glibc.write(descriptor, base, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemError("cannot write \(name)") }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    func write(bytes: [UInt8]) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in try write(UnsafeRawBufferPointer(bytes)) }
    }

    /// Reads bytes from the current position. Returns fewer than requested only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        var count = 0
        while count < buffer.count, let base = buffer.baseAddress {
            let got = Glibc.read(descriptor, base + count, buffer.count - count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw SystemError("cannot read \(name)") }
            if got == 0 { break }
            count += got
        }
        return count
    }

    func seek(to offset: Int64) throws(SystemError) {
        guard lseek(descriptor, off_t(offset), Int32(SEEK_SET)) >= 0 else { throw SystemError("cannot read \(name)") }
    }

    var size: Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    func setMode(_ mode: mode_t) throws(SystemError) {
        guard fchmod(descriptor, mode & 0o777) == 0 else { throw SystemError("cannot set the permissions of \(name)") }
    }
}
