/// The file system for reading a configuration. Nothing else on the host is read; the environment is passed in as well.
package protocol ConfigurationFiles: Sendable {
    /// A file's content; empty for a directory.
    ///
    /// - Throws: if the file does not exist, cannot be read or has more than `limit` bytes.
    func read(_ path: String, limit: Int) throws(ConfigurationFileError) -> [UInt8]

    /// The kind of file at the path, following symbolic links.
    func kind(of path: String) -> ConfigurationFileKind

    /// The names of all entries of a directory that are not directories, in no particular order; nil if it cannot be listed.
    func files(inDirectory path: String) -> [String]?

    /// A program's standard output (`include command : …`, `LOCAL_CONFIG_FILE = … |`).
    ///
    /// - Parameter arguments: the program and its arguments.
    /// - Throws: if the program cannot be started, or writes more than `limit` bytes.
    func output(ofCommand arguments: [String], limit: Int) throws(ConfigurationFileError) -> (bytes: [UInt8], status: Int32)

    /// Creates or replaces a file (`include command into FILE : …`).
    func write(_ bytes: [UInt8], to path: String) throws(ConfigurationFileError)
}

package enum ConfigurationFileKind: Sendable {
    case file
    case directory
    case missing
}

/// Why a file or program of the configuration is unusable.
package struct ConfigurationFileError: Error {
    /// A sentence without full stop and without the path.
    package var reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// Files in memory, by absolute path. Programs cannot be run, and files cannot be written.
package struct MemoryConfigurationFiles: ConfigurationFiles {
    private var contents: [String: [UInt8]]

    package init(_ contents: [String: [UInt8]]) {
        self.contents = contents
    }

    package init(_ contents: [String: String]) {
        self.init(contents.mapValues { Array($0.utf8) })
    }

    package func read(_ path: String, limit: Int) throws(ConfigurationFileError) -> [UInt8] {
        if let bytes = contents[path] {
            if bytes.count > limit { throw ConfigurationFileError(reason: "the file is larger than \(limit) bytes") }
            return bytes
        }
        if kind(of: path) == .directory { return [] }
        throw ConfigurationFileError(reason: "No such file or directory")
    }

    package func kind(of path: String) -> ConfigurationFileKind {
        if contents[path] != nil { return .file }
        guard !path.isEmpty else { return .missing }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return contents.keys.contains { $0.hasPrefix(prefix) } ? .directory : .missing
    }

    package func files(inDirectory path: String) -> [String]? {
        guard kind(of: path) == .directory else { return nil }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return contents.keys.filter { $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }
            .map { String($0.dropFirst(prefix.count)) }
    }

    package func output(ofCommand arguments: [String], limit: Int) throws(ConfigurationFileError) -> (bytes: [UInt8], status: Int32) {
        throw ConfigurationFileError(reason: "programs cannot be run here")
    }

    package func write(_ bytes: [UInt8], to path: String) throws(ConfigurationFileError) {
        throw ConfigurationFileError(reason: "files cannot be written here")
    }
}
