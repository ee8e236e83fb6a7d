import CSpawn
import Glibc

/// What a job's supervisor has written into its plan.
struct SupervisorState: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        case planned
        case starting
        case executing
        case exited(JobProcessExit)
        case failed(LaunchFailure)
    }

    var phase: Phase
    /// The supervisor; 0 as long as there is none.
    var supervisor: pid_t
    /// Microseconds since 1970 when the job's first process was there, 0 before.
    var startedAt: Int64

    /// Reads the state from a plan file.
    /// - Returns: nil if it is no plan.
    static func read(_ file: Int32) -> SupervisorState? {
        var header = cspawn_plan()
        let length = withUnsafeMutableBytes(of: &header) { pread(file, $0.baseAddress, $0.count, 0) }
        guard length == MemoryLayout<cspawn_plan>.size, header.magic == CSPAWN_MAGIC else { return nil }
        let phase: Phase
        switch Int(header.state) {
        case CSPAWN_PLANNED: phase = .planned
        case CSPAWN_STARTING: phase = .starting
        case CSPAWN_EXECUTING: phase = .executing
        case CSPAWN_EXITED: phase = .exited(JobProcessExit(header))
        case CSPAWN_FAILED: phase = .failed(LaunchFailure(stage: .init(code: Int(header.failed_at)), error: header.error))
        default: return nil
        }
        return SupervisorState(phase: phase, supervisor: header.pid, startedAt: header.started)
    }

    /// The same by path; nil also if it cannot be opened.
    static func read(path: String) -> SupervisorState? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return read(file)
    }
}

/// How a job's first process ended, and what all its processes together used.
struct JobProcessExit: Sendable, Equatable {
    var ending: JobExit.Ending
    /// Microseconds since 1970.
    var startedAt: Int64
    var endedAt: Int64
    /// Seconds.
    var userCPU: Double
    var systemCPU: Double
    /// KiB, of the largest process.
    var maximumResidentKB: Int64

    fileprivate init(_ header: cspawn_plan) {
        let signal = header.status & 0x7F
        ending = signal == 0 ? .code(Int(header.status >> 8 & 0xFF)) : .signal(Int(signal), dumpedCore: header.status & 0x80 != 0)
        startedAt = header.started
        endedAt = header.finished
        userCPU = Double(header.user_time) / 1e6
        systemCPU = Double(header.system_time) / 1e6
        maximumResidentKB = Int64(clamping: header.max_resident)
    }
}

/// Why a job's first process could not be made.
struct LaunchFailure: Error, Sendable, Equatable {
    enum Stage: Int, Sendable {
        case clone = 1
        case ids, mounts, proc, cgroup, account, directory, input, output, error, limits, execute

        init(code: Int) { self = Stage(rawValue: code) ?? .execute }
    }

    var stage: Stage
    /// An errno.
    var error: Int32
}
