import CSpawn
import Glibc

/// The namespaces that a job gets for itself.
package struct Isolation: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    /// Lets a plain user have the other namespaces. The job's ids are mapped to themselves; it gains no privilege.
    package static let user = Isolation(rawValue: 1)
    /// The scheduler's own files are hidden, and `/tmp`, `/var/tmp` and `/dev/shm` are the job's own.
    package static let mounts = Isolation(rawValue: 2)
    /// The job sees its own processes only. Needs ``mounts`` for a `/proc` of its own.
    package static let processes = Isolation(rawValue: 4)
    package static let ipc = Isolation(rawValue: 8)
    package static let hostname = Isolation(rawValue: 16)
    /// The job sees its own control group as the uppermost one.
    package static let controlGroups = Isolation(rawValue: 32)

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The sets to try on a machine, the strongest first, until one works.
    package static func candidates(isRoot: Bool) -> [Isolation] {
        let steps: [Isolation] = [[.mounts, .processes, .ipc, .hostname], [.mounts, .ipc, .hostname], [.mounts]]
        return steps.map { isRoot ? $0 : $0.union(.user) } + [[]]
    }

    /// Flags for `clone`.
    var cloneFlags: UInt64 {
        var flags: UInt64 = 0
        if contains(.user) { flags |= 0x1000_0000 }
        if contains(.mounts) { flags |= 0x0002_0000 }
        if contains(.processes) { flags |= 0x2000_0000 }
        if contains(.ipc) { flags |= 0x0800_0000 }
        if contains(.hostname) { flags |= 0x0400_0000 }
        return flags
    }

    /// Flags of the plan: the work to be done in the namespaces.
    var planFlags: UInt32 {
        var flags: UInt32 = 0
        if contains(.user) { flags |= CSPAWN_NEW_USER }
        if contains(.mounts) { flags |= CSPAWN_NEW_MOUNTS }
        if contains(.processes) { flags |= CSPAWN_NEW_PIDS }
        if contains(.hostname) { flags |= CSPAWN_NEW_HOSTNAME }
        if contains(.controlGroups) { flags |= CSPAWN_NEW_CGROUPS }
        return flags
    }
}
