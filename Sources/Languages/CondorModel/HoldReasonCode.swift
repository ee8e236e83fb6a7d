/// Why a job is held or was taken from its machine: the values of `HoldReasonCode` and, from 1000 on, of `VacateReasonCode`.
///
/// Source: the enumeration `CONDOR_HOLD_CODE` of HTCondor 25.14.1, `condor_utils/condor_holdcodes.h`.
package enum HoldReasonCode: Int64, Sendable, Hashable, CaseIterable {
    case unspecified = 0
    /// A user asked for the hold.
    case userRequest = 1
    case globusGramError = 2
    /// The job's own `PeriodicHold` or `OnExitHold` became true.
    case jobPolicy = 3
    case corruptedCredential = 4
    case jobPolicyUndefined = 5
    case failedToCreateProcess = 6
    case unableToOpenOutput = 7
    case unableToOpenInput = 8
    case unableToOpenOutputStream = 9
    case unableToOpenInputStream = 10
    case invalidTransferAck = 11
    /// The job's output could not be transferred back.
    case transferOutputError = 12
    /// The job's input could not be transferred.
    case transferInputError = 13
    /// The job's working directory cannot be used.
    case iwdError = 14
    /// The submit description asked for the hold.
    case submittedOnHold = 15
    /// The job waits for its input to be spooled. Only such a job accepts spooled files, and only for such a job does the schedd rewrite the ad's
    /// paths at the commit (observed with 25.14.1).
    case spoolingInput = 16
    case jobShadowMismatch = 17
    case invalidTransferGoAhead = 18
    case hookPrepareJobFailure = 19
    case missedDeferredExecutionTime = 20
    case startdHeldJob = 21
    case unableToInitUserLog = 22
    case failedToAccessUserAccount = 23
    case noCompatibleShadow = 24
    case invalidCronSettings = 25
    case systemPolicy = 26
    case systemPolicyUndefined = 27
    case glexecChownSandboxToUser = 28
    case privsepChownSandboxToUser = 29
    case glexecChownSandboxToCondor = 30
    case privsepChownSandboxToCondor = 31
    case maxTransferInputSizeExceeded = 32
    case maxTransferOutputSizeExceeded = 33
    case jobOutOfResources = 34
    case invalidDockerImage = 35
    case failedToCheckpoint = 36
    case ec2UserError = 37
    case ec2InternalError = 38
    case ec2AdminError = 39
    case ec2ConnectionProblem = 40
    case ec2ServerError = 41
    case ec2InstancePotentiallyLostError = 42
    case preScriptFailed = 43
    case postScriptFailed = 44
    case singularityTestFailed = 45
    case jobDurationExceeded = 46
    case jobExecuteExceeded = 47
    case hookShadowPrepareJobFailure = 48
    case cannotSwitchPrimaryGroup = 49

    case jobPolicyVacate = 1000
    case systemPolicyVacate = 1001
    case shadowException = 1002
    case jobNotStarted = 1003
    case userVacateJob = 1004
    case jobShouldRequeue = 1005
    case failedToActivateClaim = 1006
    case starterError = 1007
    case reconnectFailed = 1008
    case claimDeactivated = 1009
    case startdVacateCommand = 1010
    case startdPreemptExpression = 1011
    case startdException = 1012
    case startdShutdown = 1013
    case startdDraining = 1014
    case startdCoalesce = 1015
    case startdHibernate = 1016
    case startdReleaseCommand = 1017
    case startdPreemptingClaimRank = 1018
    case startdPreemptingClaimUserPrio = 1019
    case vmError = 1020
    case containerError = 1021
    case scheddVacate = 1022
    case jobRemoved = 1023
    case scratchDirError = 1024
    case successfulCheckpoint = 1025
    case activationRefusedBadRequest = 1026
    case activationRefusedNoMatch = 1027
    case activationRefusedStillCleaning = 1028
    case activationRefusedWorklifeExpired = 1029
    case activationRefusedPreempted = 1030
    case activationRefusedBroken = 1031
    case activationRefusedNotIdle = 1032
    case activationRefusedUnclaimed = 1033
    case activationRefusedClaimNotFound = 1034
    case activationRefusedOldClaim = 1035
    case activationRefusedUnhealthy = 1036
    case startdRehoming = 1037

    /// HTCondor's name, by which `NumHoldsByReason` and `NumVacatesByReason` count it.
    package var name: String {
        switch self {
        case .unspecified: "Unspecified"
        case .userRequest: "UserRequest"
        case .globusGramError: "GlobusGramError"
        case .jobPolicy: "JobPolicy"
        case .corruptedCredential: "CorruptedCredential"
        case .jobPolicyUndefined: "JobPolicyUndefined"
        case .failedToCreateProcess: "FailedToCreateProcess"
        case .unableToOpenOutput: "UnableToOpenOutput"
        case .unableToOpenInput: "UnableToOpenInput"
        case .unableToOpenOutputStream: "UnableToOpenOutputStream"
        case .unableToOpenInputStream: "UnableToOpenInputStream"
        case .invalidTransferAck: "InvalidTransferAck"
        case .transferOutputError: "TransferOutputError"
        case .transferInputError: "TransferInputError"
        case .iwdError: "IwdError"
        case .submittedOnHold: "SubmittedOnHold"
        case .spoolingInput: "SpoolingInput"
        case .jobShadowMismatch: "JobShadowMismatch"
        case .invalidTransferGoAhead: "InvalidTransferGoAhead"
        case .hookPrepareJobFailure: "HookPrepareJobFailure"
        case .missedDeferredExecutionTime: "MissedDeferredExecutionTime"
        case .startdHeldJob: "StartdHeldJob"
        case .unableToInitUserLog: "UnableToInitUserLog"
        case .failedToAccessUserAccount: "FailedToAccessUserAccount"
        case .noCompatibleShadow: "NoCompatibleShadow"
        case .invalidCronSettings: "InvalidCronSettings"
        case .systemPolicy: "SystemPolicy"
        case .systemPolicyUndefined: "SystemPolicyUndefined"
        case .glexecChownSandboxToUser: "GlexecChownSandboxToUser"
        case .privsepChownSandboxToUser: "PrivsepChownSandboxToUser"
        case .glexecChownSandboxToCondor: "GlexecChownSandboxToCondor"
        case .privsepChownSandboxToCondor: "PrivsepChownSandboxToCondor"
        case .maxTransferInputSizeExceeded: "MaxTransferInputSizeExceeded"
        case .maxTransferOutputSizeExceeded: "MaxTransferOutputSizeExceeded"
        case .jobOutOfResources: "JobOutOfResources"
        case .invalidDockerImage: "InvalidDockerImage"
        case .failedToCheckpoint: "FailedToCheckpoint"
        case .ec2UserError: "EC2UserError"
        case .ec2InternalError: "EC2InternalError"
        case .ec2AdminError: "EC2AdminError"
        case .ec2ConnectionProblem: "EC2ConnectionProblem"
        case .ec2ServerError: "EC2ServerError"
        case .ec2InstancePotentiallyLostError: "EC2InstancePotentiallyLostError"
        case .preScriptFailed: "PreScriptFailed"
        case .postScriptFailed: "PostScriptFailed"
        case .singularityTestFailed: "SingularityTestFailed"
        case .jobDurationExceeded: "JobDurationExceeded"
        case .jobExecuteExceeded: "JobExecuteExceeded"
        case .hookShadowPrepareJobFailure: "HookShadowPrepareJobFailure"
        case .cannotSwitchPrimaryGroup: "CannotSwitchPrimaryGroup"
        case .jobPolicyVacate: "JobPolicyVacate"
        case .systemPolicyVacate: "SystemPolicyVacate"
        case .shadowException: "ShadowException"
        case .jobNotStarted: "JobNotStarted"
        case .userVacateJob: "UserVacateJob"
        case .jobShouldRequeue: "JobShouldRequeue"
        case .failedToActivateClaim: "FailedToActivateClaim"
        case .starterError: "StarterError"
        case .reconnectFailed: "ReconnectFailed"
        case .claimDeactivated: "ClaimDeactivated"
        case .startdVacateCommand: "StartdVacateCommand"
        case .startdPreemptExpression: "StartdPreemptExpression"
        case .startdException: "StartdException"
        case .startdShutdown: "StartdShutdown"
        case .startdDraining: "StartdDraining"
        case .startdCoalesce: "StartdCoalesce"
        case .startdHibernate: "StartdHibernate"
        case .startdReleaseCommand: "StartdReleaseCommand"
        case .startdPreemptingClaimRank: "StartdPreemptingClaimRank"
        case .startdPreemptingClaimUserPrio: "StartdPreemptingClaimUserPrio"
        case .vmError: "VMError"
        case .containerError: "ContainerError"
        case .scheddVacate: "ScheddVacate"
        case .jobRemoved: "JobRemoved"
        case .scratchDirError: "ScratchDirError"
        case .successfulCheckpoint: "SuccessfulCheckpoint"
        case .activationRefusedBadRequest: "ActivationRefusedBadRequest"
        case .activationRefusedNoMatch: "ActivationRefusedNoMatch"
        case .activationRefusedStillCleaning: "ActivationRefusedStillCleaning"
        case .activationRefusedWorklifeExpired: "ActivationRefusedWorklifeExpired"
        case .activationRefusedPreempted: "ActivationRefusedPreempted"
        case .activationRefusedBroken: "ActivationRefusedBroken"
        case .activationRefusedNotIdle: "ActivationRefusedNotIdle"
        case .activationRefusedUnclaimed: "ActivationRefusedUnclaimed"
        case .activationRefusedClaimNotFound: "ActivationRefusedClaimNotFound"
        case .activationRefusedOldClaim: "ActivationRefusedOldClaim"
        case .activationRefusedUnhealthy: "ActivationRefusedUnhealthy"
        case .startdRehoming: "StartdRehoming"
        }
    }

    /// HTCondor's name for a code, which may be unknown.
    package static func name(of code: Int64) -> String { (HoldReasonCode(rawValue: code) ?? .unspecified).name }

    /// What a receiver of files reports when it fails, in either direction (HTCondor's `FILETRANSFER_HOLD_CODE`).
    package static let downloadFileError = HoldReasonCode.transferOutputError

    /// The hold reason for ``submittedOnHold``.
    package static let submittedOnHoldText = "submitted on hold at user's request"
    /// The hold reason for ``spoolingInput``.
    package static let spoolingInputText = "Spooling input data files"
}
