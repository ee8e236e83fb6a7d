package import Glibc

/// Writes files.
package enum FileWriting {
    /// Writes all bytes to a descriptor.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("writing") }
            rest = rest.dropFirst(count)
        }
    }

    /// Replaces a file atomically: readers see the old file until the new one is complete.
    ///
    /// - Parameter mode: the new file's permissions, regardless of the process's mask.
    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError("making \(temporary)") }
        do throws(SystemError) {
            do throws(SystemError) {
                try write(bytes, to: file)
                guard fchmod(file, mode) == 0 else { throw SystemError("setting the permissions of \(temporary)") }
            } catch {
                close(file)
                throw error
            }
            guard close(file) == 0 else { throw SystemError("writing \(temporary)") }
            guard rename(temporary, path) == 0 else { throw SystemError("renaming \(temporary)") }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}
