package import POSIX
import Synchronization

/// Runs jobs: owns the spawner, the control groups, and the table that says who hears of which run.
///
/// One for a process is enough, whoever its users are: run numbers are unique in it.
package final class Execution: Sendable {
    /// What a supervisor reports of its run.
    package enum Report: Sendable, Equatable {
        /// The job's first process runs.
        case executing
        /// The plan tells how it ended.
        case exited
        /// Nothing was started. With an error there was not even a supervisor; otherwise the plan tells more.
        case failed(cloneError: Int32?)
    }

    /// The listeners, apart from the execution so that the spawner's thread does not keep that alive.
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
                // Called without the lock: a listener may take other locks.
                table.withLock { $0[run] }?(message)
            }
        }
    }

    /// The group below which the groups of jobs are made; nil if there is none.
    package let cgroups: CgroupTree?
    private let listeners = Listeners()
    private let spawner: Spawner
    private let lastRun = Mutex<UInt64>(0)

    /// Starts the spawner and makes the control group, and removes the groups of processes that are gone.
    package init(usesCgroups: Bool) throws(SystemError) {
        spawner = try Spawner { [listeners] in listeners.deliver($0) }
        if usesCgroups { CgroupTree.removeStale() }
        cgroups = usesCgroups ? CgroupTree.make() : nil
    }

    /// A number that no run of this process has had.
    package func newRun() -> UInt64 {
        lastRun.withLock { last in
            last += 1
            return last
        }
    }

    /// Notes the number of a run that an earlier process started: new runs get greater ones.
    package func noteRun(_ run: UInt64) { lastRun.withLock { $0 = max($0, run) } }

    /// Lets a listener hear of a run from here on. It is called on the spawner's thread, and must not block.
    package func listen(to run: UInt64, _ listener: @escaping @Sendable (Report) -> Void) { listeners.table.withLock { $0[run] = listener } }

    /// Ends the reports of a run.
    package func forget(_ run: UInt64) { listeners.table.withLock { $0[run] = nil } }

    /// Starts a run whose plan is written. The outcome is reported.
    package func start(_ directory: RunDirectory, isolation: Isolation) throws(SystemError) {
        try spawner.start(run: directory.run, plan: directory.plan, isolation: isolation)
    }

    /// Ends the spawner, and with it the jobs whose plans say so; removes the control groups in which nothing runs.
    package func stop() async {
        await spawner.stop()
        cgroups?.remove()
    }
}
