import CSpawn
package import Glibc

/// A job's supervisor, seen from outside: signals to the job, and whether the supervisor still lives.
///
/// It holds a lock on its plan file while it lives. A process number alone would prove nothing after a restart of the scheduler.
package struct Supervisor: Sendable, Hashable {
    package let pid: pid_t
    /// The plan file.
    package let plan: String

    package init(pid: pid_t, plan: String) {
        self.pid = pid
        self.plan = plan
    }

    /// Whether the supervisor lives.
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

    /// Kills everything the job has left running. The end is reported as usual.
    package func killJob() {
        guard isAlive else { return }
        kill(pid, SIGUSR2)
    }

    /// Stops all processes of the job.
    ///
    /// - Returns: how many processes there were.
    package func suspendJob() -> Int { isAlive ? ProcessTree.signal(SIGSTOP, below: pid) : 0 }

    /// Lets the processes of the job go on.
    package func resumeJob() {
        if isAlive { _ = ProcessTree.signal(SIGCONT, below: pid) }
    }

    /// Whether a supervisor holds the plan at this path.
    package static func isLocked(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return false }
        return errno == EWOULDBLOCK
    }

    /// Takes a plan back if no supervisor has it: from then on none can start.
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
