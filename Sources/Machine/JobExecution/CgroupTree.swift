import Glibc
import POSIX
import Synchronization

/// The control group (version 2) below which the groups of jobs are made.
///
/// It lies below this process's own group. Each tree of a process has a number of its own, so that the end of one takes nothing from another's jobs.
package struct CgroupTree: Sendable, Hashable {
    /// Directory of the group.
    package let path: String
    /// Controllers that the groups of jobs have: `memory`, `cpu`, `pids`, `io`.
    package let controllers: Set<String>
    /// Mount point of the hierarchy.
    package let root: String

    /// The tree's name up to the process id, for example `htapi-4026531836-`. A process id counts in one PID namespace only, hence the namespace's
    /// number.
    private static let prefix: String = {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? "htapi-\(status.st_ino)-" : "htapi-0-"
    }()

    private static let count = Atomic(0)

    /// Makes the group and hands down the controllers that are available.
    ///
    /// - Returns: nil where groups cannot be made.
    package static func make() -> CgroupTree? {
        guard let own else { return nil }
        let path = "\(own.path)/\(prefix)\(getpid()).\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { return nil }
        // A group with processes cannot hand down controllers, except for the uppermost.
        let available = Set(CgroupFile.words(own.path + "/cgroup.controllers"))
        for controller in ["memory", "cpu", "pids", "io"].filter(available.contains) {
            try? CgroupFile.write("+" + controller, to: own.path + "/cgroup.subtree_control")
            try? CgroupFile.write("+" + controller, to: path + "/cgroup.subtree_control")
        }
        let controllers = Set(CgroupFile.words(path + "/cgroup.subtree_control"))
        return CgroupTree(path: path, controllers: controllers, root: own.root)
    }

    /// Removes the trees of processes that ended without doing so, as far as nothing runs in them.
    package static func removeStale() {
        guard let own, let names = try? DirectoryNames.all(in: own.path) else { return }
        for name in names {
            guard name.hasPrefix(prefix), let pid = pid_t(name.dropFirst(prefix.utf8.count).prefix { $0 != "." }), kill(pid, 0) == -1,
                errno == ESRCH
            else { continue }
            CgroupTree(path: own.path + "/" + name, controllers: [], root: own.root).remove()
        }
    }

    /// Removes the tree and the groups of jobs that have no process any more.
    package func remove() {
        // Only groups are directories; the kernel's files stay.
        for name in (try? DirectoryNames.all(in: path)) ?? [] { rmdir(path + "/" + name) }
        rmdir(path)
    }

    // MARK: - This process's own group

    /// Directory of this process's group, and the mount point of the hierarchy; nil without version 2.
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

    /// Bytes of memory that this process's group may use; nil without a limit.
    package static var ownMemoryLimit: Int64? { own.flatMap { CgroupFile.number($0.path + "/memory.max") } }
}
