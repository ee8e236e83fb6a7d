import ClassAd
import CondorModel
import Glibc
import JobExecution
import Logging
import POSIX
import Synchronization

/// The runner's interface to its runs.
extension JobRunner {
    // MARK: - To runs

    func forward(_ request: RunRequest) {
        state.withLock { state in
            guard let run = state.runOfJob[request.job] else { return }
            if case .stop(let reason, _) = request.kind { state.runs[run]?.pendingStop = .requested(reason) }
            state.runs[run]?.mailbox.yield(.request(request.kind))
        }
    }

    func tick() {
        let now = now()
        let isTimeToSave = state.withLock { state in
            for run in state.runs.values { run.mailbox.yield(.tick) }
            state.negotiator.advance(to: now)
            // Requirements may depend on the time.
            if now % 20 == 0 { state.negotiator.retryAll() }
            return now % 60 == 0
        }
        negotiate()
        recordRejections()
        if isTimeToSave { saveShares() }
    }

    /// Number of rejections recorded per second.
    private static let rejectionsPerTick = 50

    /// Records a rejection in the ad of the first waiting job of each kind.
    private func recordRejections() {
        for id in state.withLock({ $0.negotiator.rejected(limit: Self.rejectionsPerTick) }) {
            guard queue.job(id)?.contains("LastRejMatchReason") == false, let explanation = explain(id), let reason = explanation.rejection else {
                continue
            }
            if let obstacle = explanation.obstacle { logger.info("a job matches no slot", metadata: ["job": "\(id)", "reason": "\(obstacle)"]) }
            queue.noteRejection(of: id, reason)
        }
    }

    // MARK: - From runs

    /// Reports to the queue; nil if it no longer accepts changes.
    func note(_ transitions: [JobTransition], of job: JobID) -> (next: JobNextStep, ticket: QueueTicket)? {
        do throws(QueueError) {
            return try queue.note(transitions, of: job)
        } catch {
            logger.error("the queue refuses a report", metadata: ["job": "\(job)", "reason": "\(error.reason)"])
            return nil
        }
    }

    /// Starts a run whose plan has been written.
    func launch(_ directory: RunDirectory) throws(SystemError) {
        let (execution, isolation) = state.withLock { ($0.execution, $0.isolation) }
        guard let execution else { throw SystemError("starting a job", ESHUTDOWN) }
        try execution.start(directory, isolation: isolation)
    }

    func setLaunch(_ run: UInt64, _ launch: JobLaunch) { state.withLock { $0.runs[run]?.launch = launch } }

    func pendingStop(of run: UInt64) -> PendingStop? { state.withLock { $0.runs[run]?.pendingStop } }

    func setSuspended(_ run: UInt64, _ isSuspended: Bool) {
        state.withLock { state in
            state.runs[run]?.isSuspended = isSuspended
            if let slot = state.runs[run]?.slot.number { state.slots.setSuspended(slot, isSuspended) }
        }
    }

    /// From here on the job may be matched again, and nothing more reaches this run.
    func forget(_ run: UInt64) {
        state.withLock { state in
            guard let job = state.runs[run]?.job, state.runOfJob[job] == run else { return }
            state.runOfJob[job] = nil
        }
    }

    /// Gives the slot to another job while the output is still being transferred, unless too many runs are in that phase, or the slot's next job
    /// could reach the files of this one.
    func releaseSlotEarly(_ run: UInt64) {
        let isReleased = state.withLock { state -> Bool in
            guard state.isolation.contains(.mounts) || settings.accounts == .current, state.runs[run]?.holdsSlot == true else { return false }
            guard state.runs.values.lazy.filter({ !$0.holdsSlot }).count < 2 * slotSettings.resources.cpus + 8 else { return false }
            release(run, &state)
            return true
        }
        if isReleased { negotiate() }
    }

    /// Releases the slot of a run that is over.
    func releaseSlot(_ run: UInt64) {
        state.withLock { state in
            release(run, &state)
            state.execution?.forget(run)
            state.runs[run]?.mailbox.finish()
            state.runs[run] = nil
        }
        negotiate()
    }

    private func release(_ run: UInt64, _ state: inout State) {
        guard let ended = state.runs[run], ended.holdsSlot else { return }
        state.runs[run]?.holdsSlot = false
        state.slots.release(ended.slot.number)
        state.negotiator.giveBack(submitter: ended.submitter, processors: ended.slot.resources.cpus, limits: ended.limits)
    }

    // MARK: - For others

    /// The slots' ads, for condor_status.
    var slotAds: [WireAd] {
        let now = now()
        return state.withLock { $0.slots }.ads(now: now)
    }

    /// Explains why a job does not run; nil if it does not exist.
    func explain(_ id: JobID) -> IdleExplanation? {
        guard let job = queue.job(id) else { return nil }
        let now = now()
        return state.withLock { state in
            state.negotiator.explain(job, slot: state.slots.matchAd, emptySlot: state.slots.emptyAd(now: now), now: now)
        }
    }

    /// Effective priorities, for condor_userprio, of users who use slots or have used them. Lower is better.
    func effectivePriority(of submitter: String) -> Double { state.withLock { $0.negotiator.shares.effectivePriority(of: submitter) } }

    /// The location of a running job's files; nil if the job is not running (yet), or has no directory of its own.
    func liveSandbox(of job: JobID) -> LiveSandbox? {
        let found = state.withLock { state in state.runOfJob[job].flatMap { state.runs[$0] } }
        guard let run = found, let launch = run.launch, launch.transfersFiles else { return nil }
        // Only files streamed into the spool lie elsewhere: a directory that the job names may contain files that its owner must not read.
        func file(_ stream: JobLaunch.Stream, _ name: String) -> LiveSandbox.File? {
            guard !stream.isNone else { return nil }
            guard stream.isStreamed else { return LiveSandbox.File(directory: run.directory.scratch, name: name) }
            return LiveSandbox.File(directory: queue.spoolDirectory(of: job), name: stream.path)
        }
        let output = file(launch.output, OutputTransfer.standardOutput)
        return LiveSandbox(
            directory: run.directory.scratch, output: output,
            error: launch.error.path == launch.output.path ? output : file(launch.error, OutputTransfer.standardError), slot: run.slot.name)
    }
}
