import Glibc

/// Lists directories.
package enum DirectoryNames {
    /// The names in a directory, unordered, without `.` and `..`.
    package static func all(in path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw SystemError("opening \(path)") }
        return read(stream)
    }

    /// The names in an open directory, without moving its position.
    package static func all(in directory: Int32) throws(SystemError) -> [String] {
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw SystemError("opening a directory") }
        guard let stream = fdopendir(copy) else {
            let error = SystemError("opening a directory")
            close(copy)
            throw error
        }
        return read(stream)
    }

    private static func read(_ stream: OpaquePointer) -> [String] {
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
