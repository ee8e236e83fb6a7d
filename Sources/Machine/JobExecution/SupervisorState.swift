import CSpawn
package import Glibc

/// The outcome that a supervisor has written to its plan.
package struct SupervisorState: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        case planned
        case starting
        case executing
        case exited(ProcessExit)
        case failed(LaunchFailure)
    }

    package var phase: Phase
    /// The supervisor's process id; 0 while there is none.
    package var supervisor: pid_t
    /// When the job's first process was started, in microseconds since 1970; 0 before.
    package var startedAt: Int64

    /// Reads the state from a plan file.
    /// - Returns: nil if the file is not a plan.
    package static func read(_ file: Int32) -> SupervisorState? {
        var header = cspawn_plan()
        let length = withUnsafeMutableBytes(of: &header) { pread(file, $0.baseAddress, $0.count, 0) }
        guard length == MemoryLayout<cspawn_plan>.size, header.magic == CSPAWN_MAGIC else { return nil }
        let phase: Phase
        switch Int(header.state) {
        case CSPAWN_PLANNED: phase = .planned
        case CSPAWN_STARTING: phase = .starting
        case CSPAWN_EXECUTING: phase = .executing
        case CSPAWN_EXITED: phase = .exited(ProcessExit(header))
        case CSPAWN_FAILED: phase = .failed(LaunchFailure(stage: .init(code: Int(header.failed_at)), error: header.error))
        default: return nil
        }
        return SupervisorState(phase: phase, supervisor: header.pid, startedAt: header.started)
    }

    /// Reads the state by path; nil also if the file cannot be opened.
    package static func read(path: String) -> SupervisorState? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return read(file)
    }
}
