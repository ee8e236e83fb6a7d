import Glibc
package import POSIX

/// A job's control group (version 2): limits that the kernel enforces, and accounting of all its processes.
package struct JobCgroup: Sendable, Hashable {
    /// The group's directory.
    package let path: String

    /// A job's limits and its shares by weight.
    package struct Weights: Sendable, Hashable {
        package var cpus: Int
        package var memoryMB: Int64
        /// The largest number of processes and threads.
        package var processes: Int

        package init(cpus: Int, memoryMB: Int64, processes: Int) {
            self.cpus = cpus
            self.memoryMB = memoryMB
            self.processes = processes
        }
    }

    /// Makes a group, or reuses an existing one.
    package init(in tree: CgroupTree, name: String) throws(SystemError) {
        path = tree.path + "/" + name
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemError("making the control group \(path)") }
    }

    /// Sets a limit or a weight, for example `memory.max`.
    package func set(_ file: String, to value: String) throws(SystemError) { try CgroupFile.write(value, to: path + "/" + file) }

    /// Sets limits for memory and processes, and shares of processor and disk, if the tree has the controllers.
    package func apply(_ weights: Weights, in tree: CgroupTree) {
        let bytes = weights.memoryMB.multipliedReportingOverflow(by: 1 << 20)
        if tree.controllers.contains("memory"), !bytes.overflow {
            try? set("memory.max", to: String(bytes.partialValue))
            try? set("memory.swap.max", to: "0")
            try? set("memory.oom.group", to: "1")
        }
        // 100 for each processor, as in HTCondor.
        let weight = String(min(10_000, max(1, weights.cpus * 100)))
        if tree.controllers.contains("cpu") { try? set("cpu.weight", to: weight) }
        if tree.controllers.contains("io") { try? set("io.weight", to: "default " + weight) }
        if tree.controllers.contains("pids") { try? set("pids.max", to: String(weights.processes)) }
    }

    /// The file that a process writes to in order to join the group.
    package var processFile: String { path + "/cgroup.procs" }

    /// The number of processes that the kernel killed because the group had exhausted its memory.
    package var memoryKills: Int {
        let lines = FileReading.prefix(of: path + "/memory.events")?.split(separator: 0x0A) ?? []
        for line in lines where line.starts(with: "oom_kill ".utf8) { return Int(String(decoding: line.dropFirst(9), as: UTF8.self)) ?? 0 }
        return 0
    }

    /// Current and peak memory use in KiB; nil without the memory controller.
    package var memoryKB: (now: Int64, peak: Int64)? {
        guard let now = CgroupFile.number(path + "/memory.current") else { return nil }
        return (now / 1024, (CgroupFile.number(path + "/memory.peak") ?? now) / 1024)
    }

    /// Stops or continues all processes of the group. Needs no controllers.
    package func setFrozen(_ isFrozen: Bool) throws(SystemError) { try set("cgroup.freeze", to: isFrozen ? "1" : "0") }

    /// Removes the group once its processes are gone.
    package func remove() { rmdir(path) }
}
