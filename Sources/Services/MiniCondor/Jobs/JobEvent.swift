import CondorProtocol

/// An event for a job's log.
///
/// Numbers and contents are those of HTCondor 25.14 (`condor_utils/condor_event.h`).
enum JobEvent: Sendable, Equatable {
    /// 000. `address` is the scheduler's; the notes are `SubmitEventNotes` and `SubmitEventUserNotes`.
    case submitted(address: String, notes: String?, userNotes: String?, warning: String?)
    /// 001.
    case executing(JobExecutionStart)
    /// 004. The run ended, but the job did not complete.
    case evicted(JobEviction)
    /// 005.
    case terminated(JobTermination)
    /// 006.
    case imageSize(imageSizeKB: Int64, memoryUsageMB: Int64?, residentSetSizeKB: Int64?, proportionalSetSizeKB: Int64?)
    /// 007. The run failed on the scheduler's side.
    case shadowException(message: String, bytesSent: Int64, bytesReceived: Int64)
    /// 009. `reason` was given by whoever removed the job.
    case aborted(reason: String)
    /// 010.
    case suspended(processes: Int)
    /// 011.
    case unsuspended
    /// 012.
    case held(reason: String, code: Int64, subCode: Int64)
    /// 013.
    case released(reason: String)
    /// 021. The execute side reported an error.
    case remoteError(daemon: String, host: String, message: String, code: Int64, subCode: Int64)
    /// 022, 023 and 024.
    case disconnected(reason: String, slotName: String, address: String)
    case reconnected(slotName: String, address: String)
    case reconnectFailed(reason: String, slotName: String)
    /// 035 and 036, for a cluster with late materialization.
    case clusterSubmitted(address: String)
    case clusterRemoved(jobsMade: Int, rows: Int, isComplete: Bool, notes: String?)
    /// 040.
    case fileTransfer(JobFileTransferStep, host: String?)

    /// The event's type in the log.
    var type: LoggedEventType {
        switch self {
        case .submitted: .submit
        case .executing: .execute
        case .evicted: .jobEvicted
        case .terminated: .jobTerminated
        case .imageSize: .imageSize
        case .shadowException: .shadowException
        case .aborted: .jobAborted
        case .suspended: .jobSuspended
        case .unsuspended: .jobUnsuspended
        case .held: .jobHeld
        case .released: .jobReleased
        case .remoteError: .remoteError
        case .disconnected: .jobDisconnected
        case .reconnected: .jobReconnected
        case .reconnectFailed: .jobReconnectFailed
        case .clusterSubmitted: .clusterSubmit
        case .clusterRemoved: .clusterRemove
        case .fileTransfer: .fileTransfer
        }
    }

    /// The event's number.
    var number: Int { type.rawValue }
}

enum JobFileTransferStep: Int, Sendable, Equatable {
    case inputQueued = 1
    case inputStarted = 2
    case inputFinished = 3
    case outputQueued = 4
    case outputStarted = 5
    case outputFinished = 6
}

/// An event of a job or cluster at a time, with the ad as it was then, which names the log file.
struct JobEventRecord: Sendable {
    var event: JobEvent
    /// The job. For a cluster's event `proc` is -1, and the ad is the cluster's alone.
    var key: QueueKey
    var job: JobSnapshot
    /// Seconds since 1970.
    var time: Int64
}
