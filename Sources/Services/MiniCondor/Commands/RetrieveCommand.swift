import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import POSIX

/// TRANSFER_DATA_WITH_PERMS (489): sends the sandboxes of the requester's jobs that match a constraint.
enum RetrieveCommand {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let requester = try call.identified()
        let connection = call.connection
        let queue = call.scheduler.queue
        let request = try await connection.message { message throws(CedarError) in try TransferDataRequest(from: &message) }
        var jobs: [JobSnapshot] = []
        if let constraint = try? ExprTree.parse(request.constraint, syntax: .old) {
            var scan = queue.scan(constraint)
            while let job = await scan.nextTakingTurns() {
                if requester.isQueueSuperuser || job.owner == String(requester.owner) { jobs.append(job) }
            }
        }
        let ids = jobs.map(\.id)
        do throws(QueueError) { try await queue.beginRetrieval(ids) } catch { throw .refused(error.reason) }
        let count = jobs.count
        try await connection.send { $0.write(integer: count) }
        let writer = JobAdWriter(projection: [], serverTime: nil)
        await call.scheduler.machine.settleLogs()
        for job in jobs {
            try await connection.send { writer.write(job, into: &$0) }
            let path = queue.spoolDirectory(of: job.id)
            let directory = try? DirectoryHandle(path: path)
            let items =
                await (try? DiskThreads.run { () throws(SystemError) in directory.map { SandboxContents.items(of: job, in: $0) } ?? [] }) ?? []
            var sender = SandboxSender(connection, from: directory, items: items)
            try await sender.send()
        }
        // Without this acknowledgement the client has not received everything, and the jobs are left unchanged.
        let word = try await connection.message { message throws(CedarError) in try Acknowledgement(from: &message) }
        guard word == .ok else { return }
        do throws(QueueError) { try await queue.finishRetrieval(ids) } catch { throw .refused(error.reason) }
    }
}

/// Selects the files of a job's spool directory that a client gets.
enum SandboxContents {
    /// The largest number of files and directories in one answer.
    private static let maximumItems = 1_000_000

    /// For a completed job, its output and user log; for any other job, all files.
    static func items(of job: JobSnapshot, in directory: DirectoryHandle) -> [SandboxSender.Item] {
        var items: [SandboxSender.Item] = []
        var seen: Set<String> = []
        for name in names(of: job, in: directory) { add(name, from: directory, to: &items, seen: &seen) }
        return items
    }

    private static func names(of job: JobSnapshot, in directory: DirectoryHandle) -> [String] {
        guard job.status == .completed || job.status == .removed && job.contains("SpooledOutputFiles") else {
            return (try? directory.names(in: "")) ?? []
        }
        var names = list(job.string("SpooledOutputFiles")) ?? list(job.string("TransferOutput")) ?? []
        for attribute in ["Out", "Err", "UserLog"] {
            guard let name = job.string(attribute), !name.isEmpty, name != "/dev/null" else { continue }
            names.append(name)
        }
        // The starter transfers a file back from a subdirectory under its base name.
        return names.map { name in
            if FileTransfer.isAllowed(name: name), directory.entry(name) != nil { return name }
            return String(name[(name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex)...])
        }
    }

    private static func list(_ text: String?) -> [String]? {
        text.map { $0.utf8.split(separator: UInt8(ascii: ",")).map { trimmed(Substring($0)) }.filter { !$0.isEmpty } }
    }

    private static func trimmed(_ text: Substring) -> String {
        var bytes = text.utf8[...]
        while bytes.first == 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 0x20 || last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }

    private static func add(_ name: String, from directory: DirectoryHandle, to items: inout [SandboxSender.Item], seen: inout Set<String>) {
        guard FileTransfer.isAllowed(name: name), items.count < maximumItems, seen.insert(name).inserted else { return }
        switch directory.entry(name) {
        case .file(let size, let mode): items.append(.file(name, mode: Int(mode), size: size))
        case .directory(let mode):
            items.append(.directory(name, mode: Int(mode)))
            for child in (try? directory.names(in: name)) ?? [] { add("\(name)/\(child)", from: directory, to: &items, seen: &seen) }
        case nil: break
        }
    }
}
