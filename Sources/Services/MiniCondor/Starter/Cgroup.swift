import Glibc
import Synchronization

/// A control group (version 2) of a job's own: limits the kernel keeps, and accounts of everything the job ever ran.
struct Cgroup: Sendable, Hashable {
    let path: String

    /// Where the groups of jobs are made: below the scheduler's own group, if that is possible.
    struct Parent: Sendable, Hashable {
        let path: String
        /// Controllers the groups of jobs have: `memory`, `cpu`, `pids`, `io`.
        let controllers: Set<String>
        /// The mount point, which jobs must not see.
        let root: String

        /// Names of parents up to the process id, which counts in one process namespace only: `htapi-4026531836-`. Behind it comes, after a point, a number: each
        /// scheduler of a process has a parent of its own, as it removes it at its end.
        private static let prefix: String = {
            var status = stat()
            return stat("/proc/self/ns/pid", &status) == 0 ? "htapi-\(status.st_ino)-" : "htapi-0-"
        }()

        private static let count = Atomic(0)

        /// Makes the parent; nil where groups cannot be made.
        static func make() -> Parent? {
            guard let own = Cgroup.own else { return nil }
            let path = "\(own.path)/\(prefix)\(getpid()).\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { return nil }
            // A group with processes cannot hand controllers down, except for the uppermost.
            let available = Set(Cgroup.words(own.path + "/cgroup.controllers"))
            let wanted = ["memory", "cpu", "pids", "io"].filter(available.contains)
            for controller in wanted {
                _ = Cgroup.write("+" + controller, to: own.path + "/cgroup.subtree_control")
                _ = Cgroup.write("+" + controller, to: path + "/cgroup.subtree_control")
            }
            let controllers = Set(Cgroup.words(path + "/cgroup.subtree_control"))
            return Parent(path: path, controllers: controllers, root: own.root)
        }

        /// Removes what schedulers left that did not end in order, as far as nothing runs in it.
        static func removeStale() {
            guard let own = Cgroup.own, let directory = opendir(own.path) else { return }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                guard name.hasPrefix(prefix), let pid = pid_t(name.dropFirst(prefix.utf8.count).prefix { $0 != "." }), kill(pid, 0) == -1,
                    errno == ESRCH
                else { continue }
                Parent(path: own.path + "/" + name, controllers: [], root: own.root).remove()
            }
        }

        /// Removes the parent and the groups of jobs that have no process any more.
        func remove() {
            if let directory = opendir(path) {
                while let entry = readdir(directory) {
                    let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                    if entry.pointee.d_type == UInt8(DT_DIR), name != ".", name != ".." { rmdir(path + "/" + name) }
                }
                closedir(directory)
            }
            rmdir(path)
        }
    }

    /// Limits of a job.
    struct Limits: Sendable, Hashable {
        var cpus: Int
        var memoryMB: Int64
        /// Most processes and threads.
        var processes: Int
    }

    /// Makes a group; nil if that fails.
    static func make(in parent: Parent, name: String, limits: Limits) -> Cgroup? {
        let group = Cgroup(path: parent.path + "/" + name)
        guard mkdir(group.path, 0o755) == 0 || errno == EEXIST else { return nil }
        let bytes = limits.memoryMB.multipliedReportingOverflow(by: 1 << 20)
        if parent.controllers.contains("memory"), !bytes.overflow {
            _ = write(String(bytes.partialValue), to: group.path + "/memory.max")
            _ = write("0", to: group.path + "/memory.swap.max")
            _ = write("1", to: group.path + "/memory.oom.group")
        }
        // 100 for each processor, as HTCondor has it.
        let weight = String(min(10_000, max(1, limits.cpus * 100)))
        if parent.controllers.contains("cpu") { _ = write(weight, to: group.path + "/cpu.weight") }
        if parent.controllers.contains("io") { _ = write("default " + weight, to: group.path + "/io.weight") }
        if parent.controllers.contains("pids") { _ = write(String(limits.processes), to: group.path + "/pids.max") }
        return group
    }

    var processFile: String { path + "/cgroup.procs" }

    /// How often the kernel killed for want of memory.
    var memoryKills: Int {
        let lines = ProcessTree.readSmallFile(path + "/memory.events")?.split(separator: 0x0A) ?? []
        for line in lines where line.starts(with: "oom_kill ".utf8) { return Int(String(decoding: line.dropFirst(9), as: UTF8.self)) ?? 0 }
        return 0
    }

    /// KiB in use now, and the most there was; nil without the controller.
    var memoryKB: (now: Int64, peak: Int64)? {
        guard let now = Self.number(path + "/memory.current") else { return nil }
        return (now / 1024, (Self.number(path + "/memory.peak") ?? now) / 1024)
    }

    /// Stops all processes, or lets them go on. Works without controllers.
    /// - Returns: false where the kernel cannot.
    func setFrozen(_ isFrozen: Bool) -> Bool { Self.write(isFrozen ? "1" : "0", to: path + "/cgroup.freeze") }

    /// Removes the group once its processes are gone.
    func remove() { rmdir(path) }

    // MARK: - The scheduler's own group

    /// Directory of the own group, and the mount point of the hierarchy.
    static let own: (path: String, root: String)? = {
        guard let text = ProcessTree.readSmallFile("/proc/self/cgroup") else { return nil }
        guard let line = text.split(separator: 0x0A).first(where: { $0.starts(with: "0::".utf8) }) else { return nil }
        let path = String(decoding: line.dropFirst(3), as: UTF8.self)
        for mount in ProcessTree.readSmallFile("/proc/self/mounts")?.split(separator: 0x0A) ?? [] {
            let fields = mount.split(separator: UInt8(ascii: " "))
            guard fields.count > 2, fields[2].elementsEqual("cgroup2".utf8) else { continue }
            let root = String(decoding: fields[1], as: UTF8.self)
            return (path == "/" ? root : root + path, root)
        }
        return nil
    }()

    /// Bytes the scheduler itself may use, if its group has a limit.
    static var ownMemoryLimit: Int64? { own.flatMap { number($0.path + "/memory.max") } }

    // MARK: - Files

    private static func number(_ path: String) -> Int64? {
        guard let text = ProcessTree.readSmallFile(path) else { return nil }
        return Int64(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    private static func words(_ path: String) -> [String] {
        (ProcessTree.readSmallFile(path) ?? []).split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count
    }
}
