import CondorModel
import POSIX

/// A starter's report about a job. The queue changes the job's ad as HTCondor's shadow and schedd would, evaluates the job's policy and returns the
/// next step.
enum JobTransition: Sendable, Equatable {
    /// A slot was found and the run begins. From now on the job is running.
    case started(JobRunStart)
    case inputTransferStarted
    case inputTransferFinished(TransferAmount)
    /// The job's process exists.
    case executing(JobExecutionStart)
    /// The job's resource usage, reported regularly during the run.
    case usage(JobUsage)
    case suspended(processes: Int)
    case resumed
    case outputTransferStarted
    case outputTransferFinished(TransferAmount)
    /// The job's process exited, or was killed by a signal that the scheduler did not send. The output has been transferred.
    case exited(JobExit)
    /// The run ended on request (hold, removal, vacate), or because the machine needs the slot. The new status follows from the request.
    case stopped(JobStop)
    /// The run failed because of the job, which goes on hold.
    case failed(JobFailure)
    /// The scheduler restarted and found the run.
    case foundAgain
    /// The scheduler restarted and the run no longer exists. The job starts over.
    case lost(reason: String)
}

/// The amount of data that a transfer moved.
struct TransferAmount: Sendable, Equatable {
    var files = 0
    var bytes: Int64 = 0
}

/// The starter's next step after a report.
enum JobNextStep: Sendable, Equatable {
    /// Continue the run.
    case proceed
    /// The run is over and the slot is free. The job stays in the queue.
    case releaseSlot
    /// The run is over and the job has left the queue. Its scratch and spool directories may be removed.
    case forget
    /// The job is not in the queue or has no run. Stop whatever runs for it.
    case unknownJob
}

struct JobRunStart: Sendable, Equatable {
    /// `slot1_1@host`.
    var slotName: String
    var slotID: Int
    /// The starter's sinful address.
    var startdAddress: String
    /// The public part of the claim id; empty if there is none.
    var publicClaimID: String
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    var gpus: Int
}

/// An attribute of the job that was filled in from the machine's ad: `MATCH_OpSys`, `MATCH_EXP_Args`.
struct MatchedAttribute: Sendable, Equatable {
    var name: String
    var value: String
}

struct JobExecutionStart: Sendable, Equatable {
    /// The starter's sinful address.
    var host: String
    var slotName: String
    var scratchDirectory: String
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    var gpus: Int
    var expansions: [MatchedAttribute] = []
}

/// The resources that a job has used since its run began.
struct JobUsage: Sendable, Equatable {
    /// Seconds.
    var userCPU = 0.0
    var systemCPU = 0.0
    /// KiB, the highest value so far.
    var imageSizeKB: Int64 = 0
    var residentSetSizeKB: Int64 = 0
    var proportionalSetSizeKB: Int64?
    /// MiB, the highest value so far.
    var memoryUsageMB: Int64 = 0
    /// KiB in the scratch directory.
    var diskUsageKB: Int64 = 0
    var processes = 1
    var bytesSent: Int64 = 0
    var bytesReceived: Int64 = 0
    var blockReadKB: Int64 = 0
    var blockWriteKB: Int64 = 0
}

struct JobExit: Sendable, Equatable {
    var ending: ProcessEnding
    var usage: JobUsage
    /// Names of the job's output files that were transferred to the spool, for later retrieval.
    var spooledOutputFiles: [String] = []
    /// When the process started and ended, in seconds since 1970.
    var startedAt: Int64
    var endedAt: Int64
    /// When standard output and standard error were last written, if they are files of the job.
    var outputTime: Int64?
    var errorTime: Int64?
}

struct JobStop: Sendable, Equatable {
    var usage: JobUsage
    /// The reason if nobody asked for the stop: a vacate by the machine.
    var reason: String?
    var code: HoldReasonCode?
    var subCode: Int64?
    /// Whether the run ended before the job's process was started.
    var neverExecuted = false
    /// How the process ended, if it was started.
    var ending: ProcessEnding?
}

struct JobFailure: Sendable, Equatable {
    /// The reason, for `HoldReason`.
    var reason: String
    var code: HoldReasonCode
    var subCode: Int64
    var usage: JobUsage
    var neverExecuted = false
    /// Whether the machine rather than the scheduler's side reports the failure. Then `HoldReason` begins with the slot (`Error from slot1_1@host:
    /// …`), and the log gets event 021.
    var isRemoteError = true
    /// How the process ended, if it was started.
    var ending: ProcessEnding?
}

struct JobEviction: Sendable, Equatable {
    var reason: String?
    var code: Int64
    var subCode: Int64
    var usage: JobUsage
    /// What the slot provided and what the job requested and used, for the table of resources.
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    /// How the process ended if the job goes back to the queue after its exit (`on_exit_remove` is false).
    var requeued: ProcessEnding?
}

struct JobTermination: Sendable, Equatable {
    var ending: ProcessEnding
    var usage: JobUsage
    var totalBytesSent: Int64
    var totalBytesReceived: Int64
    /// In seconds, over all runs.
    var totalUserCPU: Double
    var totalSystemCPU: Double
}
