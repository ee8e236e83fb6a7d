import Glibc

/// Reads files and descriptors into memory.
package enum FileReading {
    /// The first bytes of a file.
    ///
    /// - Parameter limit: how many bytes are read at most; the default suits files in `/proc` and `/sys`.
    /// - Returns: nil if the file cannot be opened, or if reading fails before the first byte.
    package static func prefix(of path: String, limit: Int = 16_384) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < buffer.count {
                length = read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if length <= 0 { break }
                count += length
            }
        }
        return length < 0 && bytes.isEmpty ? nil : bytes
    }
}
