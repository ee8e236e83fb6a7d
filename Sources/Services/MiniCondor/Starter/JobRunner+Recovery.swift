import ClassAd
import CondorModel
import Glibc
import JobExecution
import Logging
import POSIX
import Synchronization

/// Work before the first job is matched.
extension JobRunner {
    /// Determines the available means of isolating jobs.
    func chooseIsolation(_ execution: Execution) async {
        guard settings.usesNamespaces else { return }
        let slot = DynamicSlot(
            number: 0, name: "slot1_0@\(slotSettings.machine)", resources: slotSettings.resources, since: 0, user: "", job: "", globalJobID: "",
            universe: Universe.vanilla.rawValue)
        let probe = IsolationProbe(
            execution, in: settings.executeDirectory, access: access(slot), hasPrivateTemporary: settings.hasPrivateTemporary)
        let (isolation, problems) = await probe.strongest(isRoot: geteuid() == 0)
        for problem in problems { logger.warning("jobs cannot be isolated by namespaces", metadata: ["reason": "\(problem)"]) }
        state.withLock { $0.isolation = isolation }
        if isolation.isEmpty {
            logger.warning(
                "no namespaces for jobs",
                metadata: [
                    "consequence": settings.accounts == .current
                        ? "a job can read what this user can, the scheduler's files included" : "jobs are isolated by account only"
                ])
            if settings.accounts != .current { chmod(settings.schedulerDirectory, 0o711) }
        }
    }

    /// Takes over the runs of the last scheduler, and reports those that no longer exist.
    func recover(_ execution: Execution) async {
        let active = Dictionary(queue.activeJobs.map { ($0.id, $0) }) { $1 }
        var found: Set<JobID> = []
        // If a job has two runs, the live one comes first.
        let directories = RunDirectory.all(in: settings.executeDirectory).map { ($0, Supervisor.isLocked($0.plan)) }.sorted { $0.1 && !$1.1 }
        for (directory, _) in directories {
            execution.noteRun(directory.run)
            if let id = takeUp(directory, active, except: found, execution) {
                found.insert(id)
            } else {
                // The run belongs to no job.
                await onDisk {
                    directory.endRun()
                    try? directory.remove()
                }
            }
        }
        for job in active.keys.sorted() where !found.contains(job) {
            _ = note([.lost(reason: "The scheduler was restarted while the job was running")], of: job)
        }
        if !active.isEmpty {
            logger.info("runs of an earlier scheduler", metadata: ["found": "\(found.count)", "lost": "\(active.count - found.count)"])
        }
    }

    private func takeUp(_ directory: RunDirectory, _ active: [JobID: JobSnapshot], except found: Set<JobID>, _ execution: Execution) -> JobID? {
        guard let record = directory.readRecord(), let id = JobID(record.job), let job = active[id], !found.contains(id),
            let seen = SupervisorState.read(path: directory.plan)
        else { return nil }
        let isAlive = Supervisor.isLocked(directory.plan)
        // Read it again, since the run may have ended in between.
        guard let now = SupervisorState.read(path: directory.plan) else { return nil }
        var hasEnded = false
        if case .exited = now.phase { hasEnded = true }
        guard isAlive || hasEnded, seen.supervisor > 0 else { return nil }
        guard let launch = try? JobLaunch(job.classAd(), job: id, spool: queue.spoolDirectory(of: id), defaultGrace: settings.killGrace) else {
            return nil
        }
        let slot = DynamicSlot(
            number: record.slot, name: "slot1_\(record.slot)@\(slotSettings.machine)",
            resources: MachineResources(cpus: record.cpus, memoryMB: record.memoryMB, diskKB: record.diskKB, gpus: record.gpus), since: record.since,
            user: job.user, job: record.job, globalJobID: job.string("GlobalJobId") ?? "", universe: job.universe)
        let prepared = RunPreparation.Prepared(
            launch: launch, input: FileTree.Amount(bytes: record.bytesReceived, files: 0), catalog: nil, cgroup: nil,
            workingDirectory: launch.transfersFiles ? directory.scratch : launch.initialDirectory)
        let messages = state.withLock { state in
            let messages = register(directory.run, job: id, submitter: job.submitter, slot: slot, limits: [], directory, execution, &state)
            if hasEnded {
                state.runs[directory.run]?.holdsSlot = false
            } else {
                state.slots.restore(slot)
                state.negotiator.take(
                    Negotiator.Match(job: job, submitter: job.submitter, request: .init(cpus: 0, memoryMB: 0, diskKB: 0, gpus: 0), limits: []),
                    processors: slot.resources.cpus)
            }
            // Requests that were made while nobody listened.
            switch job.status {
            case .removed: state.runs[directory.run]?.mailbox.yield(.request(.stop(.remove, isFast: false)))
            case .held: state.runs[directory.run]?.mailbox.yield(.request(.stop(.hold, isFast: false)))
            default: break
            }
            return messages
        }
        let supervisor = Supervisor(pid: now.supervisor, plan: directory.plan)
        begin(
            Beginning(
                run: directory.run, work: { await $0.resume(prepared, supervisor: supervisor, state: now) }, slot: slot, job: id,
                directory: directory,
                messages: messages))
        return id
    }
}
