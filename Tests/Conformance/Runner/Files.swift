import Glibc

struct RunnerError: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// The whole content of a file.
func bytes(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw RunnerError(message: "\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { break }
        content.append(contentsOf: chunk[0..<count])
    }
    return content
}

/// The names of a directory's entries.
func fileNames(in directory: String) throws -> [String] {
    guard let stream = opendir(directory) else { throw RunnerError(message: "\(directory): \(String(cString: strerror(errno)))") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        names.append(name)
    }
    return names
}
