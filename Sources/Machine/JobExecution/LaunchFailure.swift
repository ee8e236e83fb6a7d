/// Why a job's first process could not be started.
package struct LaunchFailure: Error, Sendable, Equatable {
    package enum Stage: Int, Sendable {
        case clone = 1
        case ids, mounts, proc, cgroup, account, directory, input, output, error, limits, execute, hostname

        /// - Parameter code: one of CSpawn's `CSPAWN_AT_*`.
        init(code: Int) { self = Stage(rawValue: code) ?? .execute }
    }

    /// The step that failed.
    package var stage: Stage
    /// An `errno`.
    package var error: Int32

    package init(stage: Stage, error: Int32) {
        self.stage = stage
        self.error = error
    }
}
