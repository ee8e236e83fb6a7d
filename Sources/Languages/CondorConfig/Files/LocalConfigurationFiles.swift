import Glibc
import POSIX

/// This host's file system.
package struct LocalConfigurationFiles: ConfigurationFiles {
    private let runsCommands: Bool

    /// - Parameter runsCommands: whether the configuration may run programs and write the files of `include … into`, as in HTCondor.
    package init(runsCommands: Bool = true) {
        self.runsCommands = runsCommands
    }

    package func read(_ path: String, limit: Int) throws(ConfigurationFileError) -> [UInt8] {
        do throws(SystemError) {
            return try FileReading.contents(of: path, limit: limit)
        } catch  where error.number == EISDIR {
            return []
        } catch {
            throw ConfigurationFileError(error, reading: "the file", limit: limit)
        }
    }

    package func kind(of path: String) -> ConfigurationFileKind {
        var information = stat()
        guard stat(path, &information) == 0 else { return .missing }
        return information.st_mode & S_IFMT == S_IFDIR ? .directory : .file
    }

    package func files(inDirectory path: String) -> [String]? {
        guard let names = try? DirectoryNames.all(in: path) else { return nil }
        return names.filter { kind(of: "\(path)/\($0)") != .directory }
    }

    package func output(ofCommand arguments: [String], limit: Int) throws(ConfigurationFileError) -> (bytes: [UInt8], status: Int32) {
        guard runsCommands else { throw ConfigurationFileError(reason: "programs cannot be run here") }
        guard !arguments.isEmpty else { throw ConfigurationFileError(reason: "there is no program to run") }
        do throws(SystemError) {
            let (bytes, ending) = try ChildProcess.output(of: arguments, input: .null, limit: limit)
            switch ending {
            case .code(let code): return (bytes, Int32(code))
            case .signal(let signal, _): return (bytes, 128 + Int32(signal))
            }
        } catch {
            throw ConfigurationFileError(error, reading: "the output of the program", limit: limit)
        }
    }

    package func write(_ bytes: [UInt8], to path: String) throws(ConfigurationFileError) {
        guard runsCommands else { throw ConfigurationFileError(reason: "files cannot be written here") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        do throws(SystemError) {
            guard descriptor >= 0 else { throw SystemError("opening \(path)") }
            defer { close(descriptor) }
            try FileWriting.write(bytes, to: descriptor)
        } catch {
            throw ConfigurationFileError(reason: error.text)
        }
    }
}

extension ConfigurationFileError {
    fileprivate init(_ error: SystemError, reading what: String, limit: Int) {
        self.init(reason: error.number == EFBIG ? "\(what) is larger than \(limit) bytes" : error.text)
    }
}
