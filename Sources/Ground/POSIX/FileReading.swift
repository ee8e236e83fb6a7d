import Glibc

/// Reads files and descriptors into memory.
package enum FileReading {
    /// The first bytes of a file.
    ///
    /// - Parameter limit: the largest number of bytes to read; the default suits files in `/proc` and `/sys`.
    /// - Returns: nil if the file cannot be opened, or if reading fails before the first byte.
    package static func prefix(of path: String, limit: Int = 16_384) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < buffer.count {
                let length = read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if length < 0, errno == EINTR { continue }
                failed = length < 0
                if length <= 0 { break }
                count += length
            }
        }
        return failed && bytes.isEmpty ? nil : bytes
    }

    /// A whole file.
    ///
    /// - Throws: EFBIG if it has more than `limit` bytes.
    package static func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("opening \(path)") }
        defer { close(file) }
        return try contents(of: file, limit: limit)
    }

    /// Everything that can be read from a descriptor, starting at its position.
    ///
    /// - Throws: EFBIG if there are more than `limit` bytes.
    package static func contents(of descriptor: Int32, limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("reading") }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw SystemError("reading more than \(limit) bytes", EFBIG) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
