import ClassAd
import CondorModel
import Glibc
import JobExecution
import POSIX

/// All file work between a match and the start of the supervisor. Run it on a thread that may block.
struct RunPreparation: Sendable {
    let job: JobSnapshot
    let slot: DynamicSlot
    /// The content of `.machine.ad`.
    let slotAd: ClassAd
    let run: UInt64
    let directory: RunDirectory
    let spool: String
    let settings: StarterSettings
    let isolation: Isolation
    let account: JobAccount
    let access: FileAccess
    let cgroups: CgroupTree?

    /// A job that is ready to start.
    struct Prepared: Sendable {
        var launch: JobLaunch
        var input: FileTree.Amount
        var catalog: FileCatalog?
        var cgroup: JobCgroup?
        /// The job's working directory.
        var workingDirectory: String
        var expansions: [MatchedAttribute] = []
    }

    func prepare() throws(RunFailure) -> Prepared {
        var ad = job.classAd()
        let expansions = try MatchExpansion.expand(&ad, slot: slotAd)
        let launch = try JobLaunch(ad, job: job.id, spool: spool, defaultGrace: settings.killGrace)
        if let deferral = launch.deferral, Int64(time(nil)) > deferral.time + deferral.window {
            throw RunFailure("Job missed deferred execution time", code: .missedDeferredExecutionTime)
        }
        do throws(SystemError) {
            try directory.make(owner: account, hasPrivateTemporary: settings.hasPrivateTemporary && isolation.contains(.mounts))
        } catch {
            throw RunFailure("Cannot make the scratch directory: \(error)", code: .failedToCreateProcess, subCode: Int64(error.number))
        }
        var input = FileTree.Amount()
        try makeSpoolDirectory(launch)
        if launch.transfersFiles {
            input = try InputTransfer(launch: launch, directory: directory, access: access, slotName: slot.name).run()
        }
        let workingDirectory = launch.transfersFiles ? directory.scratch : launch.initialDirectory
        let cgroup = cgroups.flatMap { tree in
            let cgroup = try? JobCgroup(in: tree, name: "job_\(run)")
            cgroup?.apply(
                JobCgroup.Weights(cpus: slot.resources.cpus, memoryMB: slot.resources.memoryMB, processes: settings.maximumProcesses), in: tree)
            return cgroup
        }
        do throws(SystemError) {
            try writeFiles(ad, launch, input)
            let plan = try plan(launch, workingDirectory, cgroup)
            try directory.write(try plan.encoded(run: run), to: directory.plan)
        } catch {
            cgroup?.remove()
            throw RunFailure(
                "Failed to execute '\(launch.program(scratch: directory.scratch))': (errno=\(error.number): '\(error.text)')",
                code: .failedToCreateProcess, subCode: Int64(error.number))
        }
        return Prepared(
            launch: launch, input: input, catalog: launch.transfersFiles ? FileCatalog(of: directory.scratch) : nil, cgroup: cgroup,
            workingDirectory: workingDirectory, expansions: expansions)
    }

    /// A job that was released without a sandbox has no spool directory yet. Like HTCondor's schedd, this makes it when the job starts.
    private func makeSpoolDirectory(_ launch: JobLaunch) throws(RunFailure) {
        guard launch.isSpooled, job.contains("StageInStart") else { return }
        do throws(SystemError) {
            try DirectoryHandle.makeIfMissing(spool)
        } catch {
            throw RunFailure("Cannot make the spool directory: \(error.sentence)", code: .iwdError, subCode: Int64(error.number))
        }
    }

    private func writeFiles(_ ad: ClassAd, _ launch: JobLaunch, _ input: FileTree.Amount) throws(SystemError) {
        var shown = ad
        if launch.transfersFiles {
            shown.set("OrigIwd", launch.initialDirectory)
            shown.set("Iwd", directory.scratch)
            if launch.transfersExecutable { shown.set("Cmd", FileAccess.baseName(launch.command)) }
            if !launch.input.isNone { shown.set("In", FileAccess.baseName(launch.input.path)) }
            for (name, original, stream, file) in [
                ("Out", "OriginalOut", launch.output, OutputTransfer.standardOutput),
                ("Err", "OriginalErr", launch.error, OutputTransfer.standardError),
            ] where !stream.isNone {
                shown.set(original, stream.path)
                shown.set(name, stream.isStreamed ? stream.path : file)
            }
        }
        try directory.writeForJob(Self.longForm(shown), named: ".job.ad", owner: account)
        try directory.writeForJob(Self.longForm(slotAd), named: ".machine.ad", owner: account)
        try directory.writeRecord(
            RunDirectory.Record(
                job: job.id.description, slot: slot.number, cpus: slot.resources.cpus, memoryMB: slot.resources.memoryMB,
                diskKB: slot.resources.diskKB,
                gpus: slot.resources.gpus, since: slot.since, account: account, bytesReceived: input.bytes))
    }

    /// Sorted lines `Name = value`, without secrets.
    private static func longForm(_ ad: ClassAd) -> [UInt8] {
        let names = ad.names.filter { !WireAd.isPrivateAttribute($0) }.sorted { $0.lowercased() < $1.lowercased() }
        var text: [UInt8] = []
        for name in names {
            guard let expression = ad[name] else { continue }
            text += name.utf8
            text += " = ".utf8
            text += expression.unparsedBytes(.old)
            text.append(0x0A)
        }
        return text
    }

    private func plan(_ launch: JobLaunch, _ workingDirectory: String, _ cgroup: JobCgroup?) throws(SystemError) -> LaunchPlan {
        let program = launch.program(scratch: directory.scratch)
        let arguments: [[UInt8]]
        var environment: JobEnvironment
        do throws(RunFailure) {
            arguments = try launch.argumentList()
            environment = try JobEnvironment(ofOwner: launch)
        } catch {
            throw SystemError(error.reason, EINVAL)
        }
        environment.addStarterVariables(
            launch, slot: slot, scratch: directory.scratch, iwd: workingDirectory, starter: getpid(), home: Account(uid: account.uid)?.home)
        var plan = LaunchPlan(
            program: program, arguments: [Array(program.utf8)] + arguments, environment: environment.entries, workingDirectory: workingDirectory,
            scratch: directory.scratch, account: account, isolation: isolation, endsWithScheduler: settings.endsWithScheduler)
        if !launch.input.isNone {
            plan.input = launch.transfersFiles ? directory.scratch + "/" + FileAccess.baseName(launch.input.path) : launch.input.path
        }
        (plan.output, plan.isOutputOutside) = path(of: launch.output, OutputTransfer.standardOutput, launch)
        (plan.error, plan.isErrorOutside) = path(of: launch.error, OutputTransfer.standardError, launch)
        if launch.output.path == launch.error.path { (plan.error, plan.isErrorOutside) = (plan.output, false) }
        if isolation.contains(.mounts) {
            plan.hidden = access.hidden
            if settings.hasPrivateTemporary {
                plan.binds = directory.temporaryBinds
            }
        }
        plan.cgroup = cgroup?.processFile ?? ""
        if let core = launch.coreSize { plan.limits.append((UInt32(RLIMIT_CORE.rawValue), core)) }
        return plan
    }

    private func path(of stream: JobLaunch.Stream, _ name: String, _ launch: JobLaunch) -> (path: String, isOutside: Bool) {
        guard !stream.isNone else { return ("", false) }
        guard launch.transfersFiles else { return (stream.path, false) }
        // In the spool the supervisor opens the file, because the job itself cannot.
        return stream.isStreamed ? (launch.initialDirectory + "/" + stream.path, true) : (name, false)
    }
}
