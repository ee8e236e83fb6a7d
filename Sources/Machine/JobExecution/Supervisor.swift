import CSpawn
package import Glibc

/// A job's supervisor as seen by the scheduler: whether it is alive, and signals to its job.
///
/// A supervisor holds a lock on its plan file while it is alive. A process id alone would prove nothing after a restart of the scheduler.
package struct Supervisor: Sendable, Hashable {
    package let pid: pid_t
    /// The plan file.
    package let plan: String

    package init(pid: pid_t, plan: String) {
        self.pid = pid
        self.plan = plan
    }

    /// Whether the supervisor is alive.
    package var isAlive: Bool { pid > 1 && Self.isLocked(plan) }

    /// Sends a signal to the job's first process.
    package func signalJob(_ number: Int32) {
        guard isAlive else { return }
        sigqueue(pid, SIGUSR1, sigval(sival_int: number))
    }

    /// Sends a signal to the process group of the job's first process.
    package func signalGroup(_ number: Int32) {
        guard isAlive else { return }
        sigqueue(pid, SIGUSR1, sigval(sival_int: number | CSPAWN_SIGNAL_GROUP))
    }

    /// Kills all processes of the job. The end is reported as usual.
    package func killJob() {
        guard isAlive else { return }
        kill(pid, SIGUSR2)
    }

    /// Stops all processes of the job.
    ///
    /// - Returns: the number of processes.
    package func suspendJob() -> Int { isAlive ? ProcessTree.signal(SIGSTOP, below: pid) : 0 }

    /// Continues the job's processes.
    package func resumeJob() {
        if isAlive { _ = ProcessTree.signal(SIGCONT, below: pid) }
    }

    /// Whether a supervisor holds the plan file.
    package static func isLocked(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return false }
        return errno == EWOULDBLOCK
    }

    /// Withdraws a plan unless a supervisor holds it. From then on no supervisor can start with it.
    /// - Returns: whether there is no supervisor.
    package static func withdraw(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return true }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path)
        return true
    }
}
