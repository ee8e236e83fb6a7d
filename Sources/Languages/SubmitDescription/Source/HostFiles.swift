import Text

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The files, commands and environment of this machine, for the user's own descriptions.
package struct HostFiles: SubmitFiles {
    package let workingDirectory: String
    package let environment: [(name: String, value: String)]

    /// The current directory and the environment of this process.
    package init() {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        workingDirectory = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
        var variables: [(name: String, value: String)] = []
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if let equals = text.utf8.firstIndex(of: ASCII.equals) {
                variables.append((String(text[..<equals]), String(text[text.utf8.index(after: equals)...])))
            }
            entry += 1
        }
        environment = variables
    }

    private static func reason() -> SubmitFileError { SubmitFileError(String(cString: strerror(errno))) }

    package func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Self.reason() }
        defer { fclose(file) }
        return try Self.read(file)
    }

    private static func read(_ file: UnsafeMutablePointer<FILE>) throws(SubmitFileError) -> [UInt8] {
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            result += chunk[..<count]
            guard result.count <= 64 << 20 else { throw SubmitFileError("larger than 64 MiB") }
        }
        if ferror(file) != 0 { throw reason() }
        return result
    }

    package func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8] {
        guard !arguments.isEmpty else { throw SubmitFileError("not a valid command") }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Self.reason() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let status = posix_spawnp(&process, arguments[0], &actions, nil, pointers, environ)
        close(ends[1])
        guard status == 0, let stream = fdopen(ends[0], "rb") else {
            close(ends[0])
            throw SubmitFileError("not a valid command: \(String(cString: strerror(status)))")
        }
        let result = Result { () throws(SubmitFileError) in try Self.read(stream) }
        fclose(stream)
        var exit: Int32 = 0
        while waitpid(process, &exit, 0) < 0, errno == EINTR {}
        guard exit == 0 else { throw SubmitFileError("the command ended with exit status \((exit >> 8) & 0xFF)") }
        return try result.get()
    }

    package func status(of path: String) -> SubmitFileStatus? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        let isDirectory = info.st_mode & S_IFMT == S_IFDIR
        return SubmitFileStatus(isDirectory: isDirectory, size: isDirectory ? Self.size(ofDirectory: path, depth: 0) : Int64(info.st_size))
    }

    private static func size(ofDirectory path: String, depth: Int) -> Int64 {
        guard depth < 64, let names = try? entryNames(path) else { return 0 }
        var total: Int64 = 0
        for name in names {
            var info = stat()
            guard lstat(path + "/" + name, &info) == 0 else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                total += size(ofDirectory: path + "/" + name, depth: depth + 1)
            } else {
                total += Int64(info.st_size)
            }
        }
        return total
    }

    package func matches(ofPattern pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_MARK, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }

    package func entries(ofDirectory path: String) throws(SubmitFileError) -> [String] { try Self.entryNames(path) }

    private static func entryNames(_ path: String) throws(SubmitFileError) -> [String] {
        guard let stream = opendir(path) else { throw reason() }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
