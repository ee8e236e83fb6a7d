import CondorModel
import Glibc
import JobExecution
import POSIX

/// A catalog of the scratch directory before the job starts, for finding changed files.
struct FileCatalog: Sendable {
    private struct Stamp: Sendable, Equatable {
        var size: Int
        var seconds: Int
        var nanoseconds: Int
        var inode: UInt64
    }

    private var stamps: [String: Stamp] = [:]

    init(of scratch: String) {
        let directory = open(scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return }
        defer { close(directory) }
        for name in FileTree.names(in: directory) {
            if let status = FileTree.status(directory, name) { stamps[name] = Self.stamp(status) }
        }
    }

    private static func stamp(_ status: stat) -> Stamp {
        Stamp(size: status.st_size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, inode: UInt64(status.st_ino))
    }

    /// Whether a file is new or has changed.
    func hasChanged(_ name: String, _ status: stat) -> Bool { stamps[name] != Self.stamp(status) }
}

/// Transfers a job's output from its scratch directory to its spool directory or its initial directory.
///
/// Run it when no process of the job is left.
struct OutputTransfer {
    let launch: JobLaunch
    let directory: RunDirectory
    let access: FileAccess
    let slotName: String

    static let standardOutput = "_condor_stdout"
    static let standardError = "_condor_stderr"
    private static let starterFiles: Set<String> = [".job.ad", ".machine.ad", ".update.ad", ".chirp.config", standardOutput, standardError]

    struct Result: Sendable, Equatable {
        var amount = FileTree.Amount()
        /// For `SpooledOutputFiles`.
        var names: [String] = []
        /// When standard output and standard error were last written, in seconds since 1970.
        var outputTime: Int64?
        var errorTime: Int64?
    }

    /// - Parameter catalog: the files at the start; nil if they are no longer known. Then every regular file that was not transferred in counts as
    ///   changed.
    func run(_ catalog: FileCatalog?) throws(RunFailure) -> Result {
        var failures: [SystemError] = []
        do throws(SystemError) {
            let result =
                launch.isSpooled
                ? try transferFiles(catalog, &failures) : try access.asAccount { () throws(SystemError) in try transferFiles(catalog, &failures) }
            if failures.isEmpty { return result }
        } catch {
            failures.append(error)
        }
        let first = failures[0]
        let host = slotName.drop { $0 != "@" }.dropFirst().prefix { $0 != "." }
        throw RunFailure(
            "Transfer output files failure at execution point \(slotName) while sending files to access point \(host). Details: "
                + "\(failures.count) total failures: first failure: \(first.doing): (errno \(first.number)) \(first.text)",
            code: .transferOutputError,
            subCode: Int64(first.number))
    }

    /// Transfers as much as possible. The rest is added to the failures, as in HTCondor's own file transfer.
    private func transferFiles(_ catalog: FileCatalog?, _ failures: inout [SystemError]) throws(SystemError) -> Result {
        let scratch = open(directory.scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard scratch >= 0 else { throw SystemError("opening \(directory.scratch)") }
        defer { close(scratch) }
        let home = open(launch.initialDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard home >= 0 else { throw SystemError("opening \(launch.initialDirectory)") }
        defer { close(home) }
        if !launch.isSpooled, FileAccess.path(of: home).map(access.isHidden) ?? true {
            throw SystemError("writing to \(launch.initialDirectory)", EACCES)
        }

        var result = Result()
        if let noted = launch.isSpooled ? directory.readOutputs() : nil {
            // Some files may already have been moved.
            result.names = noted
        } else {
            result.names = names(in: scratch, catalog, &failures)
            if launch.isSpooled, !result.names.isEmpty, failures.isEmpty { try directory.writeOutputs(result.names) }
        }
        let isRetry = catalog == nil
        // Regular files are moved, so links to them, and directories that may contain such links, are handled first.
        func isPlain(_ name: String) -> Bool { FileTree.status(scratch, Self.trimmed(name)).map(FileTree.isFile) ?? false }
        for name in result.names.filter({ !isPlain($0) }) + result.names.filter(isPlain) {
            do throws(SystemError) {
                try deliver(name, from: scratch, to: home, isRetry: isRetry, &result.amount)
            } catch {
                failures.append(error)
            }
        }
        for (stream, name) in [(launch.output, Self.standardOutput), (launch.error, Self.standardError)] where !stream.isNone && !stream.isStreamed {
            guard let status = FileTree.status(scratch, name) else { continue }
            let time = Int64(status.st_mtim.tv_sec)
            if name == Self.standardOutput { result.outputTime = time } else { result.errorTime = time }
            do throws(SystemError) {
                try deliverStream(name, as: stream.path, from: scratch, to: home, &result.amount)
            } catch {
                failures.append(error)
            }
        }
        return result
    }

    /// The names to transfer, besides standard output and standard error.
    private func names(in scratch: Int32, _ catalog: FileCatalog?, _ failures: inout [SystemError]) -> [String] {
        if let wanted = launch.outputFiles {
            return wanted.flatMap { name -> [String] in
                let path = Self.trimmed(name)
                if path == Self.standardOutput || path == Self.standardError { return [] }
                guard SandboxName.fault(in: path.utf8) == nil else {
                    failures.append(SystemError("reading from file \(path)", EPERM))
                    return []
                }
                guard let status = status(of: path, in: scratch) else {
                    failures.append(SystemError("reading from file \(directory.scratch)/\(path)", ENOENT))
                    return []
                }
                // A trailing slash stands for the directory's contents.
                guard name != path, FileTree.isDirectory(status), let inner = FileTree.openDirectory(scratch, path) else { return [name] }
                defer { close(inner) }
                return FileTree.names(in: inner).sorted().map { "\(path)/\($0)" }
            }
        }
        let executable = launch.transfersExecutable ? FileAccess.baseName(launch.command) : nil
        return FileTree.names(in: scratch).sorted().filter { name in
            guard !Self.starterFiles.contains(name), name != executable || catalog != nil, let status = status(of: name, in: scratch),
                FileTree.isFile(status)
            else { return false }
            return catalog?.hasChanged(name, status) ?? !isInput(name)
        }
    }

    private func isInput(_ name: String) -> Bool {
        launch.inputFiles.contains { FileAccess.baseName($0) == name } || FileAccess.baseName(launch.input.path) == name
    }

    private static func trimmed(_ name: String) -> String {
        var path = name.utf8[...]
        while path.last == UInt8(ascii: "/"), path.count > 1 { path = path.dropLast() }
        return String(decoding: path, as: UTF8.self)
    }

    /// The status of a file or directory. Links are followed only if they stay in the scratch directory.
    private func status(of name: String, in scratch: Int32) -> stat? {
        guard let status = FileTree.status(scratch, name) else { return nil }
        guard FileTree.isLink(status) else { return status }
        guard let file = try? FileTree.openLink(scratch, name, links, name) else { return nil }
        defer { close(file) }
        var target = stat()
        return fstat(file, &target) == 0 ? target : nil
    }

    /// The job controls its links, and the scheduler may read more than the job. So links are followed only within the scratch directory.
    private var links: FileTree.Links { FileAccess.resolved(directory.scratch).map { .followedWithin($0) } ?? .refused }

    /// A file's destination, relative to the initial directory.
    private func destination(_ name: String) -> String {
        let base = FileAccess.baseName(Self.trimmed(name))
        return launch.outputRemaps[name] ?? launch.outputRemaps[base] ?? (launch.keepsRelativePaths ? Self.trimmed(name) : base)
    }

    private func deliver(_ name: String, from scratch: Int32, to home: Int32, isRetry: Bool, _ amount: inout FileTree.Amount) throws(SystemError) {
        let path = Self.trimmed(name)
        guard let status = FileTree.status(scratch, path) else {
            if isRetry { return }
            throw SystemError("reading from file \(directory.scratch)/\(path)", ENOENT)
        }
        let (target, last, opened) = try openTarget(destination(name), in: home)
        defer { opened.forEach { close($0) } }
        // Within one file system, a regular file without other hard links is simply moved.
        if launch.isSpooled, FileTree.isFile(status), status.st_nlink == 1, (try? FileTree.removeEntry(target, last)) != nil,
            renameat(scratch, path, target, last) == 0
        {
            fchownat(target, last, geteuid(), getegid(), AT_SYMLINK_NOFOLLOW)
            fchmodat(target, last, status.st_mode & 0o755 | 0o600, 0)
            amount.bytes += Int64(status.st_size)
            amount.files += 1
            return
        }
        try FileTree.copyEntry(
            path, of: scratch, to: target, as: last, owner: nil, links: links, shown: directory.scratch + "/" + path, amount: &amount)
    }

    private func deliverStream(_ name: String, as path: String, from scratch: Int32, to home: Int32, _ amount: inout FileTree.Amount)
        throws(SystemError)
    {
        guard let status = FileTree.status(scratch, name), FileTree.isFile(status) else {
            throw SystemError("reading from file \(directory.scratch)/\(name)", EINVAL)
        }
        let (target, last, opened) = try openTarget(launch.outputRemaps[path] ?? path, in: home)
        defer { opened.forEach { close($0) } }
        if launch.isSpooled, status.st_nlink == 1, (try? FileTree.removeEntry(target, last)) != nil, renameat(scratch, name, target, last) == 0 {
            fchownat(target, last, geteuid(), getegid(), AT_SYMLINK_NOFOLLOW)
            fchmodat(target, last, 0o644, 0)
            amount.bytes += Int64(status.st_size)
            amount.files += 1
            return
        }
        try FileTree.copyEntry(
            name, of: scratch, to: target, as: last, owner: nil, links: .refused, shown: directory.scratch + "/" + name, amount: &amount)
    }

    /// The directory of a destination, and the name in it. In the spool it never leaves the job's own directory.
    private func openTarget(_ path: String, in home: Int32) throws(SystemError) -> (directory: Int32, name: String, opened: [Int32]) {
        if launch.isSpooled {
            let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
            guard let last = parts.last, !parts.contains("..") else { throw SystemError("writing \(path)", EPERM) }
            // An absolute path was the client's; its file is fetched by name.
            guard path.utf8.first != UInt8(ascii: "/") else { return (home, last, []) }
            var opened: [Int32] = []
            var current = home
            for part in parts.dropLast() {
                do throws(SystemError) {
                    current = try FileTree.makeDirectory(current, part, mode: 0o755, owner: nil)
                } catch {
                    opened.forEach { close($0) }
                    throw error
                }
                opened.append(current)
            }
            return (current, last, opened)
        }
        let full = FileAccess.join(launch.initialDirectory, path)
        let (parent, last) = FileAccess.split(full)
        guard !last.isEmpty, last != ".", last != ".." else { throw SystemError("writing to file \(full)", EISDIR) }
        let target = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard target >= 0 else { throw SystemError("writing to file \(full)") }
        guard FileAccess.path(of: target).map({ !access.isHidden($0) }) ?? false else {
            close(target)
            throw SystemError("writing to file \(full)", EACCES)
        }
        return (target, last, [target])
    }
}

extension FileTree {
    /// Removes a file, or a directory with all its contents, from a directory.
    static func removeEntry(_ directory: Int32, _ name: String) throws(SystemError) {
        if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
        guard let path = FileAccess.path(of: directory) else { throw SystemError("replacing \(name)") }
        try remove(path + "/" + name)
    }
}
