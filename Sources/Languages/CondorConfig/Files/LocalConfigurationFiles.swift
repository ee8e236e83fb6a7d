import Glibc

/// The file system of this host.
package struct LocalConfigurationFiles: ConfigurationFiles {
    private let runsCommands: Bool

    /// - Parameter runsCommands: whether configuration may run programs and write the files of `include … into`, as HTCondor's own does.
    package init(runsCommands: Bool = true) {
        self.runsCommands = runsCommands
    }

    package func read(_ path: String, limit: Int) throws(ConfigurationFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current() }
        defer { _ = close(descriptor) }
        if kind(of: path) == .directory { return [] }
        return try Self.readAll(descriptor, limit: limit, what: "the file")
    }

    package func kind(of path: String) -> ConfigurationFileKind {
        var information = stat()
        guard stat(path, &information) == 0 else { return .missing }
        return information.st_mode & S_IFMT == S_IFDIR ? .directory : .file
    }

    package func files(inDirectory path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if kind(of: "\(path)/\(name)") != .directory { names.append(name) }
        }
        return names
    }

    package func output(ofCommand arguments: [String], limit: Int) throws(ConfigurationFileError) -> (bytes: [UInt8], status: Int32) {
        guard runsCommands else { throw ConfigurationFileError(reason: "programs cannot be run here") }
        guard let program = arguments.first else { throw ConfigurationFileError(reason: "there is no program to run") }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .current() }
        defer { _ = close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, program, &actions, nil, &pointers, environ)
        _ = close(ends[1])
        guard failure == 0 else { throw ConfigurationFileError(reason: String(cString: strerror(failure))) }
        let bytes: [UInt8]
        do {
            bytes = try Self.readAll(ends[0], limit: limit, what: "the output of the program")
        } catch {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw error
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return (bytes, status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F))
    }

    package func write(_ bytes: [UInt8], to path: String) throws(ConfigurationFileError) {
        guard runsCommands else { throw ConfigurationFileError(reason: "files cannot be written here") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .current() }
        defer { _ = close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .current()
            }
            written += count
        }
    }

    private static func readAll(_ descriptor: Int32, limit: Int, what: String) throws(ConfigurationFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .current()
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else {
                throw ConfigurationFileError(reason: "\(what) is larger than \(limit) bytes")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}

extension ConfigurationFileError {
    /// The error of the last system call.
    fileprivate static func current() -> ConfigurationFileError {
        ConfigurationFileError(reason: String(cString: strerror(errno)))
    }
}
