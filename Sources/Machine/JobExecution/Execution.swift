package import POSIX
import Synchronization

/// Runs jobs: owns the spawner, the control groups and the listeners of all runs.
///
/// One per process is enough for all users, since run numbers are unique in it.
package final class Execution: Sendable {
    /// A supervisor's report about its run.
    package enum Report: Sendable, Equatable {
        /// The job's first process is running.
        case executing
        /// The run has ended; the plan holds the outcome.
        case exited
        /// Nothing was started. With an error, not even the supervisor was started; otherwise the plan holds the details.
        case failed(cloneError: Int32?)
    }

    /// Kept apart from the execution, so that the spawner's thread does not keep the execution alive.
    private final class Listeners: Sendable {
        let table = Mutex<[UInt64: @Sendable (Report) -> Void]>([:])

        func deliver(_ reports: [Spawner.Report]) {
            for report in reports {
                let (run, message) =
                    switch report {
                    case .executing(let run): (run, Report.executing)
                    case .exited(let run): (run, .exited)
                    case .failed(let run, let error): (run, .failed(cloneError: error))
                    }
                // Call the listener without holding the lock, since it may take other locks.
                table.withLock { $0[run] }?(message)
            }
        }
    }

    /// The group that contains the jobs' groups; nil if there is none.
    package let cgroups: CgroupTree?
    private let listeners = Listeners()
    private let spawner: Spawner
    private let lastRun = Mutex<UInt64>(0)

    /// Starts the spawner, makes the control group, and removes the groups of processes that no longer exist.
    package init(usesCgroups: Bool) throws(SystemError) {
        spawner = try Spawner { [listeners] in listeners.deliver($0) }
        if usesCgroups { CgroupTree.removeStale() }
        cgroups = usesCgroups ? CgroupTree.make() : nil
    }

    /// A number that no other run of this process has.
    package func newRun() -> UInt64 {
        lastRun.withLock { last in
            last += 1
            return last
        }
    }

    /// Registers the number of a run that an earlier process started. New runs get greater numbers.
    package func noteRun(_ run: UInt64) { lastRun.withLock { $0 = max($0, run) } }

    /// Adds a listener for a run's reports. It is called on the spawner's thread and must not block.
    package func listen(to run: UInt64, _ listener: @escaping @Sendable (Report) -> Void) { listeners.table.withLock { $0[run] = listener } }

    /// Removes a run's listener.
    package func forget(_ run: UInt64) { listeners.table.withLock { $0[run] = nil } }

    /// Starts a run whose plan has been written. The outcome is reported to the listener.
    package func start(_ directory: RunDirectory, isolation: Isolation) throws(SystemError) {
        try spawner.start(run: directory.run, plan: directory.plan, isolation: isolation)
    }

    /// Stops the spawner, and thereby the jobs whose plans say so. Removes control groups without processes.
    package func stop() async {
        await spawner.stop()
        cgroups?.remove()
    }
}
