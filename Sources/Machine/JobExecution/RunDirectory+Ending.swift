import Glibc

extension RunDirectory {
    /// Ends a run that is no longer managed, and waits until its supervisor is gone. Blocks.
    package func endRun() {
        guard !Supervisor.withdraw(plan) else { return }
        // A supervisor writes its process id right after taking the lock.
        var pid = SupervisorState.read(path: plan)?.supervisor ?? 0
        while pid == 0, Supervisor.isLocked(plan) {
            usleep(1000)
            pid = SupervisorState.read(path: plan)?.supervisor ?? 0
        }
        Supervisor(pid: pid, plan: plan).killJob()
        let file = open(plan, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return }
        // Granted when the supervisor is gone.
        flock(file, LOCK_SH)
        close(file)
    }
}
