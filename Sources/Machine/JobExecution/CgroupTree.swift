import Glibc
import POSIX
import Synchronization

/// The control group (version 2) that contains the groups of jobs.
///
/// It lies below this process's own group. Each tree of a process has its own number, so that removing one does not affect another's jobs.
package struct CgroupTree: Sendable, Hashable {
    /// The group's directory.
    package let path: String
    /// Controllers of the jobs' groups: `memory`, `cpu`, `pids`, `io`.
    package let controllers: Set<String>
    /// The hierarchy's mount point.
    package let root: String

    /// The tree's name up to the process id, for example `htapi-4026531836-`. It includes the number of the PID namespace, because a process id is
    /// valid only within its namespace.
    private static let prefix: String = {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? "htapi-\(status.st_ino)-" : "htapi-0-"
    }()

    private static let count = Atomic(0)

    /// Makes the group and enables the available controllers in it.
    ///
    /// - Returns: nil if groups cannot be made.
    package static func make() -> CgroupTree? {
        guard let own else { return nil }
        let path = "\(own.path)/\(prefix)\(getpid()).\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { return nil }
        // A group with processes cannot enable controllers for its children, except for the root group.
        let available = Set(CgroupFile.words(own.path + "/cgroup.controllers"))
        for controller in ["memory", "cpu", "pids", "io"].filter(available.contains) {
            try? CgroupFile.write("+" + controller, to: own.path + "/cgroup.subtree_control")
            try? CgroupFile.write("+" + controller, to: path + "/cgroup.subtree_control")
        }
        let controllers = Set(CgroupFile.words(path + "/cgroup.subtree_control"))
        return CgroupTree(path: path, controllers: controllers, root: own.root)
    }

    /// Removes the trees of processes that ended without removing them, unless something still runs in them.
    package static func removeStale() {
        guard let own, let names = try? DirectoryNames.all(in: own.path) else { return }
        for name in names {
            guard name.hasPrefix(prefix), let pid = pid_t(name.dropFirst(prefix.utf8.count).prefix { $0 != "." }), kill(pid, 0) == -1,
                errno == ESRCH
            else { continue }
            CgroupTree(path: own.path + "/" + name, controllers: [], root: own.root).remove()
        }
    }

    /// Removes the tree and those groups of jobs that have no processes.
    package func remove() {
        // Only groups are directories. The kernel's files remain.
        for name in (try? DirectoryNames.all(in: path)) ?? [] { rmdir(path + "/" + name) }
        rmdir(path)
    }

    // MARK: - This process's own group

    /// The directory of this process's group and the hierarchy's mount point; nil without version 2.
    package static let own: (path: String, root: String)? = {
        guard let text = FileReading.prefix(of: "/proc/self/cgroup") else { return nil }
        guard let line = text.split(separator: 0x0A).first(where: { $0.starts(with: "0::".utf8) }) else { return nil }
        let path = String(decoding: line.dropFirst(3), as: UTF8.self)
        for mount in FileReading.prefix(of: "/proc/self/mounts")?.split(separator: 0x0A) ?? [] {
            let fields = mount.split(separator: UInt8(ascii: " "))
            guard fields.count > 2, fields[2].elementsEqual("cgroup2".utf8) else { continue }
            let root = String(decoding: fields[1], as: UTF8.self)
            return (path == "/" ? root : root + path, root)
        }
        return nil
    }()

    /// This process's memory limit in bytes; nil without a limit.
    package static var ownMemoryLimit: Int64? { own.flatMap { CgroupFile.number($0.path + "/memory.max") } }
}
