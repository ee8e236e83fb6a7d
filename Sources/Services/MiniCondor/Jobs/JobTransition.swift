import CondorProtocol
import POSIX

/// A report of the starter about a job that it runs. The queue turns it into the changes of the ad that HTCondor's shadow and schedd make, evaluates
/// the job's policy, and says what is to be done next.
enum JobTransition: Sendable, Equatable {
    /// A slot was found and the run begins: the job is running from here on.
    case started(JobRunStart)
    case inputTransferStarted
    case inputTransferFinished(TransferAmount)
    /// The job's process is there.
    case executing(JobExecutionStart)
    /// What the job uses; from time to time while it runs.
    case usage(JobUsage)
    case suspended(processes: Int)
    case resumed
    case outputTransferStarted
    case outputTransferFinished(TransferAmount)
    /// The job's process ended by itself, or by a signal nobody of the scheduler sent; output is where it belongs.
    case exited(JobExit)
    /// The run ended because it was asked to (hold, removal, vacate) or because the machine needs the slot back. The status follows from what was
    /// asked.
    case stopped(JobStop)
    /// The run failed for a reason of the job's: it goes on hold.
    case failed(JobFailure)
    /// The scheduler restarted and found the run again.
    case foundAgain
    /// The scheduler restarted and the run is gone: the job starts anew.
    case lost(reason: String)
}

/// The amount that a transfer moved.
struct TransferAmount: Sendable, Equatable {
    var files = 0
    var bytes: Int64 = 0
}

/// The starter's next step after a report.
enum JobNextStep: Sendable, Equatable {
    /// Go on.
    case proceed
    /// The run is over, the slot is free; the job stays in the queue.
    case releaseSlot
    /// The run is over and the job has left the queue: its scratch and spool directories may go.
    case forget
    /// The job is not in the queue, or not at work: stop whatever runs for it.
    case unknownJob
}

struct JobRunStart: Sendable, Equatable {
    /// `slot1_1@host`.
    var slotName: String
    var slotID: Int
    /// Sinful address of the starter.
    var startdAddress: String
    /// The part of the claim id that may be shown; empty for none.
    var publicClaimID: String
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    var gpus: Int
}

/// A part of the job that was filled in from the machine's ad: `MATCH_OpSys`, `MATCH_EXP_Args`.
struct MatchedAttribute: Sendable, Equatable {
    var name: String
    var value: String
}

struct JobExecutionStart: Sendable, Equatable {
    /// Sinful address of the starter.
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
    /// KiB, highest so far.
    var imageSizeKB: Int64 = 0
    var residentSetSizeKB: Int64 = 0
    var proportionalSetSizeKB: Int64?
    /// MiB, highest so far.
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
    /// Names of files the job made that were brought back, for a later retrieval from the spool.
    var spooledOutputFiles: [String] = []
    /// Seconds since 1970 when the process started and ended.
    var startedAt: Int64
    var endedAt: Int64
    /// When standard output and error were last written to, as far as they are files of the job.
    var outputTime: Int64?
    var errorTime: Int64?
}

struct JobStop: Sendable, Equatable {
    var usage: JobUsage
    /// Why, where nobody asked for it: a vacate of the machine.
    var reason: String?
    var code: Int64?
    var subCode: Int64?
    /// The job did not get as far as its process.
    var neverExecuted = false
    /// How the process ended, if there was one.
    var ending: ProcessEnding?
}

struct JobFailure: Sendable, Equatable {
    /// The reason, as `HoldReason` tells it.
    var reason: String
    /// `HoldReasonCode`, for example 6 (cannot create process), 12 and 13 (transfer of output, input), 34 (out of resources).
    var code: Int64
    var subCode: Int64
    var usage: JobUsage
    var neverExecuted = false
    /// The machine reports it, as opposed to the scheduler's side: `HoldReason` gets the slot in front (`Error from slot1_1@host: …`), and the log
    /// event 021.
    var isRemoteError = true
    /// How the process ended, if there was one.
    var ending: ProcessEnding?
}

struct JobEviction: Sendable, Equatable {
    var reason: String?
    var code: Int64
    var subCode: Int64
    var usage: JobUsage
    /// What the slot had and the job asked for and used, for the table of resources.
    var cpus: Int
    var memoryMB: Int64
    var diskKB: Int64
    /// At its exit the job ended and goes back to the queue (`on_exit_remove` is false).
    var requeued: ProcessEnding?
}

struct JobTermination: Sendable, Equatable {
    var ending: ProcessEnding
    var usage: JobUsage
    var totalBytesSent: Int64
    var totalBytesReceived: Int64
    /// Seconds of all runs.
    var totalUserCPU: Double
    var totalSystemCPU: Double
}
