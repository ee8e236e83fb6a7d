import Glibc

/// A job's supervisor, from outside: signals to the job, and whether it is still there.
///
/// It holds a lock on its plan file while it lives. A process number alone would prove nothing after a restart of the scheduler.
struct Supervisor: Sendable, Hashable {
    let pid: pid_t
    /// The plan file.
    let plan: String

    /// Whether the supervisor lives.
    var isAlive: Bool { pid > 1 && Self.isLocked(plan) }

    /// Sends a signal to the job's first process.
    func signalJob(_ number: Int32) {
        guard isAlive else { return }
        sigqueue(pid, SIGUSR1, sigval(sival_int: number))
    }

    /// Kills everything the job has left running. The end is reported as usual.
    func killJob() {
        guard isAlive else { return }
        kill(pid, SIGUSR2)
    }

    /// Stops all processes of the job.
    /// - Returns: how many there were.
    func suspendJob() -> Int { isAlive ? ProcessTree.signal(SIGSTOP, below: pid) : 0 }

    /// Lets them go on.
    func resumeJob() {
        if isAlive { _ = ProcessTree.signal(SIGCONT, below: pid) }
    }

    static func isLocked(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return false }
        return errno == EWOULDBLOCK
    }

    /// Takes a plan back if no supervisor has it: from then on none can start.
    /// - Returns: whether there is no supervisor.
    static func withdraw(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return true }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        unlink(path)
        return true
    }
}
