import CSpawn
import Glibc

/// The namespaces of a job.
package struct Isolation: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    /// Allows the other namespaces for an unprivileged user. The job's ids are mapped to themselves; it gains no privileges.
    package static let user = Isolation(rawValue: 1)
    /// Hides the scheduler's own files and gives the job private `/tmp`, `/var/tmp` and `/dev/shm`.
    package static let mounts = Isolation(rawValue: 2)
    /// Shows the job only its own processes. Needs ``mounts``, for a private `/proc`.
    package static let processes = Isolation(rawValue: 4)
    package static let ipc = Isolation(rawValue: 8)
    package static let hostname = Isolation(rawValue: 16)
    /// Shows the job its own control group as the root group.
    package static let controlGroups = Isolation(rawValue: 32)

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The combinations to try on a machine, strongest first, until one works.
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

    /// Flags for the plan: the work to do inside the namespaces.
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
