/// The kinds of events in a job's event log, with their numbers.
///
/// Source: HTCondor 25.14, `condor_utils/condor_event.h`. The missing numbers belong to systems that no longer exist (17 to 20), to the library's
/// own use (39), and to the execution point's log (from 100 on).
package enum LoggedEventType: Int, Sendable, Hashable, CaseIterable {
    case submit = 0
    case execute = 1
    case executableError = 2
    case checkpointed = 3
    case jobEvicted = 4
    case jobTerminated = 5
    case imageSize = 6
    case shadowException = 7
    case generic = 8
    case jobAborted = 9
    case jobSuspended = 10
    case jobUnsuspended = 11
    case jobHeld = 12
    case jobReleased = 13
    case nodeExecute = 14
    case nodeTerminated = 15
    case postScriptTerminated = 16
    case remoteError = 21
    case jobDisconnected = 22
    case jobReconnected = 23
    case jobReconnectFailed = 24
    case gridResourceUp = 25
    case gridResourceDown = 26
    case gridSubmit = 27
    case jobAdInformation = 28
    case jobStatusUnknown = 29
    case jobStatusKnown = 30
    case jobStageIn = 31
    case jobStageOut = 32
    case attributeUpdate = 33
    case preSkip = 34
    case clusterSubmit = 35
    case clusterRemove = 36
    case factoryPaused = 37
    case factoryResumed = 38
    case fileTransfer = 40
    case reserveSpace = 41
    case releaseSpace = 42
    case fileComplete = 43
    case fileUsed = 44
    case fileRemoved = 45
    case dataflowJobSkipped = 46
    case commonFiles = 47

    /// The name of events of unknown kinds.
    package static let futureName = "FutureEvent"

    /// `MyType` of the event's ad.
    ///
    /// HTCondor gives 29 to 32 and 34 only the name of future events. Here they are named after HTCondor's classes.
    package var name: String {
        switch self {
        case .submit: "SubmitEvent"
        case .execute: "ExecuteEvent"
        case .executableError: "ExecutableErrorEvent"
        case .checkpointed: "CheckpointedEvent"
        case .jobEvicted: "JobEvictedEvent"
        case .jobTerminated: "JobTerminatedEvent"
        case .imageSize: "JobImageSizeEvent"
        case .shadowException: "ShadowExceptionEvent"
        case .generic: "GenericEvent"
        case .jobAborted: "JobAbortedEvent"
        case .jobSuspended: "JobSuspendedEvent"
        case .jobUnsuspended: "JobUnsuspendedEvent"
        case .jobHeld: "JobHeldEvent"
        case .jobReleased: "JobReleaseEvent"
        case .nodeExecute: "NodeExecuteEvent"
        case .nodeTerminated: "NodeTerminatedEvent"
        case .postScriptTerminated: "PostScriptTerminatedEvent"
        case .remoteError: "RemoteErrorEvent"
        case .jobDisconnected: "JobDisconnectedEvent"
        case .jobReconnected: "JobReconnectedEvent"
        case .jobReconnectFailed: "JobReconnectFailedEvent"
        case .gridResourceUp: "GridResourceUpEvent"
        case .gridResourceDown: "GridResourceDownEvent"
        case .gridSubmit: "GridSubmitEvent"
        case .jobAdInformation: "JobAdInformationEvent"
        case .jobStatusUnknown: "JobStatusUnknownEvent"
        case .jobStatusKnown: "JobStatusKnownEvent"
        case .jobStageIn: "JobStageInEvent"
        case .jobStageOut: "JobStageOutEvent"
        case .attributeUpdate: "AttributeUpdateEvent"
        case .preSkip: "PreSkipEvent"
        case .clusterSubmit: "ClusterSubmitEvent"
        case .clusterRemove: "ClusterRemoveEvent"
        case .factoryPaused: "FactoryPausedEvent"
        case .factoryResumed: "FactoryResumedEvent"
        case .fileTransfer: "FileTransferEvent"
        case .reserveSpace: "ReserveSpaceEvent"
        case .releaseSpace: "ReleaseSpaceEvent"
        case .fileComplete: "FileCompleteEvent"
        case .fileUsed: "FileUsedEvent"
        case .fileRemoved: "FileRemovedEvent"
        case .dataflowJobSkipped: "DataflowJobSkippedEvent"
        case .commonFiles: "CommonFilesEvent"
        }
    }
}
