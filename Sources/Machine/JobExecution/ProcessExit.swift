import CSpawn
package import POSIX

/// The end of a job's first process, and the total resource usage of all its processes.
package struct ProcessExit: Sendable, Equatable {
    package var ending: ProcessEnding
    /// Microseconds since 1970.
    package var startedAt: Int64
    package var endedAt: Int64
    /// In seconds.
    package var userCPU: Double
    package var systemCPU: Double
    /// In KiB, for the largest process.
    package var maximumResidentKB: Int64

    init(_ header: cspawn_plan) {
        ending = ProcessEnding(status: header.status)
        startedAt = header.started
        endedAt = header.finished
        userCPU = Double(header.user_time) / 1e6
        systemCPU = Double(header.system_time) / 1e6
        maximumResidentKB = Int64(clamping: header.max_resident)
    }
}
