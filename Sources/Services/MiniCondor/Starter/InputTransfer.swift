import CondorModel
import Glibc
import JobExecution
import POSIX

/// Copies a job's files into its scratch directory: executable, standard input and `TransferInput`.
struct InputTransfer {
    let launch: JobLaunch
    let directory: RunDirectory
    let access: FileAccess
    let slotName: String

    /// - Returns: the amount that was copied.
    func run() throws(RunFailure) -> FileTree.Amount {
        var amount = FileTree.Amount()
        let scratch = open(directory.scratch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard scratch >= 0 else { throw failure(SystemError("opening the scratch directory")) }
        defer { close(scratch) }
        do throws(SystemError) {
            if launch.isSpooled {
                // The spool belongs to the scheduler: no job may read it, and nobody could have placed a link in it.
                try copyFiles(to: scratch, owner: geteuid() == 0 ? access.account : nil, links: .refused, &amount)
            } else {
                var copied = amount
                try access.asAccount { () throws(SystemError) in try copyFiles(to: scratch, owner: nil, links: .followed(access), &copied) }
                amount = copied
            }
        } catch {
            throw failure(error)
        }
        return amount
    }

    private func failure(_ error: SystemError) -> RunFailure {
        RunFailure(
            "Transfer input files failure at access point \(host) while sending files to execution point \(slotName). Details: "
                + "\(error.doing): (errno \(error.number)) \(error.text)", code: .transferInputError, subCode: Int64(error.number))
    }

    private var host: String { String(slotName.drop { $0 != "@" }.dropFirst().prefix { $0 != "." }) }

    private func copyFiles(to scratch: Int32, owner: JobAccount?, links: FileTree.Links, _ amount: inout FileTree.Amount) throws(SystemError) {
        var names = launch.inputFiles
        if !launch.input.isNone { names.append(launch.input.path) }
        if launch.transfersExecutable { names.append(launch.command) }
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted {
            if let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")), name.utf8[colon...].starts(with: "://".utf8) {
                guard name.hasPrefix("file://") else { throw SystemError("reading from \(name): no plugin for this kind of URL", ENOTSUP) }
                try copyEntry(String(name.dropFirst(7)), to: scratch, owner: owner, links: links, &amount)
            } else {
                try copyEntry(name, to: scratch, owner: owner, links: links, &amount)
            }
        }
        if launch.transfersExecutable {
            let program = FileAccess.baseName(launch.command)
            fchmodat(scratch, program, 0o755, 0)
        }
    }

    private func copyEntry(
        _ name: String, to scratch: Int32, owner: JobAccount?, links: FileTree.Links, _ amount: inout FileTree.Amount
    ) throws(SystemError) {
        var path = name.utf8[...]
        var contentsOnly = false
        while path.last == UInt8(ascii: "/"), path.count > 1 {
            path = path.dropLast()
            contentsOnly = true
        }
        let relative = String(decoding: path, as: UTF8.self)
        // In the spool everything lies at the top under its base name; only the executable has an absolute path there.
        let source =
            launch.isSpooled && !launch.keepsRelativePaths
            ? FileAccess.join(launch.initialDirectory, FileAccess.baseName(relative))
            : FileAccess.join(launch.initialDirectory, relative)
        let (parentPath, base) = FileAccess.split(source)
        guard !base.isEmpty, base != ".", base != ".." else { throw SystemError("reading from file \(source)", EINVAL) }
        let parent = open(parentPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw SystemError("reading from file \(source)") }
        defer { close(parent) }
        if case .followed(let access) = links, FileAccess.path(of: parent).map({ access.isHidden($0) || access.isHidden($0 + "/" + base) }) ?? true {
            throw SystemError("reading from file \(source)", EACCES)
        }
        var target = scratch
        var made: [Int32] = []
        defer { made.forEach { close($0) } }
        if launch.keepsRelativePaths, relative.utf8.first != UInt8(ascii: "/") {
            for part in FileAccess.split(relative).directory.utf8.split(separator: UInt8(ascii: "/")).map({ String(Substring($0)) }) where part != "."
            {
                guard part != ".." else { throw SystemError("reading from file \(source)", EPERM) }
                target = try FileTree.makeDirectory(target, part, mode: 0o755, owner: owner)
                made.append(target)
            }
        }
        if contentsOnly, let opened = FileTree.openDirectory(parent, base) {
            defer { close(opened) }
            try FileTree.copyContents(of: opened, to: target, owner: owner, links: links, shown: source, amount: &amount)
        } else {
            try FileTree.copyEntry(base, of: parent, to: target, as: base, owner: owner, links: links, shown: source, amount: &amount)
        }
    }
}
