/// HTCondor's spelling of the attributes of its ads.
///
/// Daemons repeat a projection in the spelling of the request, while clients are promised the spelling of the ad. For attributes that are not
/// listed here, such as those that users define, an ad must be read (``ProjectionSpelling``).
package enum KnownAttributes {
    /// HTCondor's spelling of the name; the name itself if it is not in the list.
    package static func spelling(of name: String) -> String {
        spellings[Self.key(name)] ?? name
    }

    static func contains(_ name: String) -> Bool { spellings[key(name)] != nil }

    /// A key that is equal for names that differ only in case.
    static func key(_ name: some StringProtocol) -> [UInt8] { name.utf8.map { AttributeNameRule.lowercased($0) } }

    private static let spellings = Dictionary(names.utf8.split { $0 == 0x20 || $0 == 0x0A }.map { (key(Substring($0)), String(Substring($0))) }) {
        first, _ in first
    }

    /// Attributes of jobs and daemons, collected from pools of HTCondor 25.14.
    private static let names = """
        AcceptedWhileDraining AccountingGroup AcctGroup AcctGroupUser AccumulatedUsage ActivationDuration ActivationExecutionDuration
        ActivationRequests ActivationSetupDuration ActivationTeardownDuration ActiveQueryWorkers ActiveQueryWorkersPeak Activity AddressV1 Arch Args
        Arguments AuthenticatedIdentity AuthenticationMethod AuthTokenId AuthTokenIssuer AuthTokenSubject AutoClusterAttrs AutoClusterId
        Autoclusters AvgTransferInputMB AvgTransferOutputMB BatchRuntime BeginUsageTime BlockReadKbytes BlockReads BlockWriteKbytes BlockWrites
        BytesRecvd BytesSent CanHibernate CCBEndpointsConnected CCBEndpointsConnectedPeak CCBEndpointsRegistered CCBEndpointsRegisteredPeak
        CCBOutboundFailed CCBOutboundForwarded CCBOutboundRequests CCBReconnects CCBRequests CCBRequestsFailed CCBRequestsNotFound
        CCBRequestsSucceeded CCBStreamingActive CCBStreamingActivePeak CCBStreamingBytes CCBStreamingFailed CCBStreamingHandshakesActive
        CCBStreamingHandshakesActivePeak CCBStreamingRequests CCBStreamingSessions CCBTunnelRelays CCBTunnelRelaysFailed Ceiling
        ChildAccountingGroup ChildActivity ChildCpus ChildCurrentRank ChildDisk ChildDSlotId ChildEnteredCurrentState ChildGPUs ChildMemory
        ChildName ChildRemoteOwner ChildRemoteUser ChildRetirementTimeRemaining ChildState ClaimRequests ClockDay ClockMin ClusterId Cmd
        COLLECTOR_HOST_STRING COLLECTOR_StartTime COLLECTOR_Timestamp CollectorHost CollectorIpAddr CommittedSlotTime CommittedSuspensionTime
        CommittedTime CommonInputFiles CompletionDate ConcurrencyLimits CondorLoadAvg CondorPlatform CondorScratchDir CondorVersion ConfigQuota
        ConsoleIdle ContainerImage ContainerImageFullPath ContainerImageSource ContainerServiceNames CpuBusy CpuCacheSize CpuFamily CpuModelNumber
        Cpus CpusProvisioned CpusUsage CUDAVersion CumulativeRemoteSysCpu CumulativeRemoteUserCpu CumulativeSlotTime CumulativeSuspensionTime
        CurbMatchmaking CurrentHosts CurrentJobsRunningAll CurrentJobsRunningGrid CurrentJobsRunningJava CurrentJobsRunningLinda
        CurrentJobsRunningLocal CurrentJobsRunningMPI CurrentJobsRunningParallel CurrentJobsRunningPipe CurrentJobsRunningPVM CurrentJobsRunningPVMD
        CurrentJobsRunningScheduler CurrentJobsRunningStandard CurrentJobsRunningUnknown CurrentJobsRunningVanilla CurrentJobsRunningVM CurrentRank
        DaemonCoreDutyCycle DaemonLastReconfigTime DaemonStartTime DAGNodeName Day DeferralPrepTime DeferralTime DeferralWindow
        DelegateJobGSICredentialsLifetime DetectedCpus DetectedDisk DetectedGPUs DetectedMemory Disk DiskProvisioned DiskUsage DiskUsage_RAW
        DockerCachedImageSizeMb DockerImage DroppedQueries EC2AccessKeyId EC2ElasticBlockStorageVolumes EC2IamProfileName EC2KeyPairFile EC2Param_
        EC2ParamNames EC2SecretAccessKey EffectiveQuota EnteredCurrentActivity EnteredCurrentState EnteredCurrentStatus Env EnvDelim Environment Err
        ExcessBackfillCpus ExcessBackfillDisk ExcessBackfillGPUs ExcessBackfillMemory ExecutableSize ExecutableSize_RAW ExecuteDirWasEncrypted
        ExecuteVolume ExecuteVolumes ExitBySignal ExitCode ExitReason ExitSignal ExitStatus ExpectedMachineGracefulDrainingBadput
        ExpectedMachineGracefulDrainingCompletion ExpectedMachineQuickDrainingBadput ExpectedMachineQuickDrainingCompletion FileSystemDomain
        FileTransferDiskThrottleHigh FileTransferDiskThrottleLimit FileTransferDiskThrottleLow FileTransferDownloadBytes
        FileTransferDownloadBytesPerSecond_1h FileTransferDownloadBytesPerSecond_1m FileTransferDownloadBytesPerSecond_5m
        FileTransferFileReadLoad_1h FileTransferFileReadLoad_1m FileTransferFileReadLoad_5m FileTransferFileReadSeconds FileTransferFileWriteLoad_1h
        FileTransferFileWriteLoad_1m FileTransferFileWriteLoad_5m FileTransferFileWriteSeconds FileTransferMBWaitingToDownload
        FileTransferMBWaitingToUpload FileTransferNetReadLoad_1h FileTransferNetReadLoad_1m FileTransferNetReadLoad_5m FileTransferNetReadSeconds
        FileTransferNetWriteLoad_1h FileTransferNetWriteLoad_1m FileTransferNetWriteLoad_5m FileTransferNetWriteSeconds FileTransferUploadBytes
        FileTransferUploadBytesPerSecond_1h FileTransferUploadBytesPerSecond_1m FileTransferUploadBytesPerSecond_5m FirstJobMatchDate FlockedJobs
        Floor ForkQueriesFromCOLLECTOR ForkQueriesFromTOOL GceMetadata GcePreemptible GlobalJobId GPUs GPUsMinMemory GPUsMinRuntime GPUsProvisioned
        GridResource GroupSortKey HardwareAddress has_avx has_avx2 has_sse4_1 has_sse4_2 has_ssse3 HasCommonFilesTransfer HasFileTransfer
        HasFileTransferPluginMethods HasIOProxy HasJICLocalConfig HasJICLocalStdin HasJobDeferral HasJobNetworking HasJobTransferPlugins HasOsUser
        HasPerFileEncryption HasReconnect HasSelfCheckpointTransfers HasSshd HasStartDaemonAd HasTDP HasTransferInputRemaps HasVM HeldJobs
        HibernationLevel HibernationState HibernationSupportedStates HierWeightedResourcesUsed HoldKillSig HoldReason HoldReasonCode
        HoldReasonSubCode HostsClaimed HostsOwner HostsTotal HostsUnclaimed IdleJobs ImageSize ImageSize_RAW In InitialJobStatus InitialWaitDuration
        InProcQueriesFromCOLLECTOR InProcQueriesFromTOOL IsAccountingGroup IsLinux IsLocalStartd IsWakeAble IsWakeOnLanEnabled IsWakeOnLanSupported
        IsWindows Iwd JobAbortEventLogged JobAdInformationAttrs JobBatchName JobCoreDumped JobCurrentFinishTransferInputDate
        JobCurrentFinishTransferOutputDate JobCurrentReconnectAttempt JobCurrentStartDate JobCurrentStartExecutingDate
        JobCurrentStartTransferInputDate JobCurrentStartTransferOutputDate JobFinishedHookDone JobId JobLastStartDate JobLeaseDuration JobListId
        JobMaterializeDate JobMaterializeDigestFile JobMaterializeLimit JobMaterializeNextProcId JobMaterializePaused JobMaterializePauseReason
        JobMaxRetries JobNotification JobPreemptions JobPrio JobQueueBirthdate JobRankPreemptions JobRequiresSandbox JobRunCount JobsAccumBadputTime
        JobsAccumChurnTime JobsAccumExceptionalBadputTime JobsAccumExecuteAltTime JobsAccumExecuteTime JobsAccumPostExecuteTime
        JobsAccumPreExecuteTime JobsAccumRunningTime JobsAccumTimeToStart JobsBadputRuntimes JobsBadputSizes JobsCheckpointed JobsCompleted
        JobsCompletedRuntimes JobsCompletedSizes JobsCoolDown JobsCoredumped JobsDebugLogError JobSetName JobsExecFailed JobsExited
        JobsExitedAndClaimClosing JobsExitedNormally JobsExitException JobsKilled JobsMissedDeferralTime JobsNotStarted
        JobsRestartReconnectsAttempting JobsRestartReconnectsBadput JobsRestartReconnectsFailed JobsRestartReconnectsInterrupted
        JobsRestartReconnectsLeaseExpired JobsRestartReconnectsSucceeded JobsRunning JobsRunningRuntimes JobsRunningSizes
        JobsRuntimesHistogramBuckets JobsShadowNoMemory JobsShouldHold JobsShouldRemove JobsShouldRequeue JobsSizesHistogramBuckets JobsStarted
        JobsSubmitted JobStartDate JobStarterDebug JobStarts JobStatus JobStatusOnRelease JobSubmitFile JobSubmitMethod JobSuccessExitCode
        JobsUnmaterialized JobsWierdTimestamps JobUniverse JobUserPrioPreemptions JobVM_MACADDR JobVM_VCPUS JobVMHardwareVT JobVMMemory
        JobVMNetworkingType JobVMType KeyboardIdle KillSig KillSigTimeout LastBenchmark LastFetchWorkCompleted LastFetchWorkSpawned LastHeardFrom
        LastHoldReason LastHoldReasonCode LastHoldReasonSubCode LastJobLeaseRenewal LastJobStatus LastMatchTime
        LastNegotiationCycleActiveSubmitterCount0 LastNegotiationCycleActiveSubmitterCount1 LastNegotiationCycleActiveSubmitterCount2
        LastNegotiationCycleCandidateSlots0 LastNegotiationCycleCandidateSlots1 LastNegotiationCycleCandidateSlots2 LastNegotiationCycleCpuTime0
        LastNegotiationCycleCpuTime1 LastNegotiationCycleCpuTime2 LastNegotiationCycleDuration0 LastNegotiationCycleDuration1
        LastNegotiationCycleDuration2 LastNegotiationCycleEnd0 LastNegotiationCycleEnd1 LastNegotiationCycleEnd2 LastNegotiationCycleMatches0
        LastNegotiationCycleMatches1 LastNegotiationCycleMatches2 LastNegotiationCycleMatchRate0 LastNegotiationCycleMatchRate1
        LastNegotiationCycleMatchRate2 LastNegotiationCycleMatchRateSustained0 LastNegotiationCycleMatchRateSustained1
        LastNegotiationCycleMatchRateSustained2 LastNegotiationCycleNumIdleJobs0 LastNegotiationCycleNumIdleJobs1 LastNegotiationCycleNumIdleJobs2
        LastNegotiationCycleNumJobsConsidered0 LastNegotiationCycleNumJobsConsidered1 LastNegotiationCycleNumJobsConsidered2
        LastNegotiationCycleNumSchedulers0 LastNegotiationCycleNumSchedulers1 LastNegotiationCycleNumSchedulers2 LastNegotiationCyclePeriod0
        LastNegotiationCyclePeriod1 LastNegotiationCyclePeriod2 LastNegotiationCyclePhase1CpuTime0 LastNegotiationCyclePhase1CpuTime1
        LastNegotiationCyclePhase1CpuTime2 LastNegotiationCyclePhase1Duration0 LastNegotiationCyclePhase1Duration1
        LastNegotiationCyclePhase1Duration2 LastNegotiationCyclePhase2CpuTime0 LastNegotiationCyclePhase2CpuTime1 LastNegotiationCyclePhase2CpuTime2
        LastNegotiationCyclePhase2Duration0 LastNegotiationCyclePhase2Duration1 LastNegotiationCyclePhase2Duration2
        LastNegotiationCyclePhase3CpuTime0 LastNegotiationCyclePhase3CpuTime1 LastNegotiationCyclePhase3CpuTime2 LastNegotiationCyclePhase3Duration0
        LastNegotiationCyclePhase3Duration1 LastNegotiationCyclePhase3Duration2 LastNegotiationCyclePhase4CpuTime0
        LastNegotiationCyclePhase4CpuTime1 LastNegotiationCyclePhase4CpuTime2 LastNegotiationCyclePhase4Duration0
        LastNegotiationCyclePhase4Duration1 LastNegotiationCyclePhase4Duration2 LastNegotiationCyclePies0 LastNegotiationCyclePies1
        LastNegotiationCyclePies2 LastNegotiationCyclePieSpins0 LastNegotiationCyclePieSpins1 LastNegotiationCyclePieSpins2
        LastNegotiationCyclePrefetchCpuTime0 LastNegotiationCyclePrefetchCpuTime1 LastNegotiationCyclePrefetchCpuTime2
        LastNegotiationCyclePrefetchDuration0 LastNegotiationCyclePrefetchDuration1 LastNegotiationCyclePrefetchDuration2
        LastNegotiationCycleRejections0 LastNegotiationCycleRejections1 LastNegotiationCycleRejections2 LastNegotiationCycleScheddsOutOfTime0
        LastNegotiationCycleScheddsOutOfTime1 LastNegotiationCycleScheddsOutOfTime2 LastNegotiationCycleSlotShareIter0
        LastNegotiationCycleSlotShareIter1 LastNegotiationCycleSlotShareIter2 LastNegotiationCycleSubmittersFailed0
        LastNegotiationCycleSubmittersFailed1 LastNegotiationCycleSubmittersFailed2 LastNegotiationCycleSubmittersOutOfTime0
        LastNegotiationCycleSubmittersOutOfTime1 LastNegotiationCycleSubmittersOutOfTime2 LastNegotiationCycleSubmittersShareLimit0
        LastNegotiationCycleSubmittersShareLimit1 LastNegotiationCycleSubmittersShareLimit2 LastNegotiationCycleTime0 LastNegotiationCycleTime1
        LastNegotiationCycleTime2 LastNegotiationCycleTotalSlots0 LastNegotiationCycleTotalSlots1 LastNegotiationCycleTotalSlots2
        LastNegotiationCycleTrimmedSlots0 LastNegotiationCycleTrimmedSlots1 LastNegotiationCycleTrimmedSlots2 LastPublicClaimId
        LastRejMatchNegotiator LastRejMatchReason LastRejMatchTime LastReleaseReason LastRemoteHost LastRemoteWallClockTime LastSuspensionTime
        LastUpdate LastUsageTime LastVacateTime LeaveJobInQueue LinuxCapabilities LoadAvg LocalJobsIdle LocalJobsRunning Machine MachineAds
        MachineAdsPeak MachineAttrCpus0 MachineAttrSlotWeight0 MachineMaxVacateTime MachineResources MappingMethod MASTER_StartTime MASTER_Timestamp
        MasterIpAddr Max MaxHosts MaxJobRetirementTime MaxJobsRunning MaxJobsRunningAll MaxJobsRunningGrid MaxJobsRunningJava MaxJobsRunningLinda
        MaxJobsRunningLocal MaxJobsRunningMPI MaxJobsRunningParallel MaxJobsRunningPipe MaxJobsRunningPVM MaxJobsRunningPVMD MaxJobsRunningScheduler
        MaxJobsRunningStandard MaxJobsRunningUnknown MaxJobsRunningVanilla MaxJobsRunningVM MaxRunningSchedulerJobsPerOwner Memory MemoryProvisioned
        MemoryUsage Microarch MinHosts MonitorSelfAge MonitorSelfCPUUsage MonitorSelfImageSize MonitorSelfRegisteredSocketCount
        MonitorSelfResidentSetSize MonitorSelfSecuritySessions MonitorSelfSysCpuTime MonitorSelfTime MonitorSelfUserCpuTime Month MyAddress
        MyCurrentTime MyType Name NEGOTIATOR_StartTime NEGOTIATOR_Timestamp NegotiatorIpAddr NegotiatorName NewDSlotNotMatch Next NextFetchWorkDelay
        Node NumCkpts NumCkpts_RAW NumDynamicSlots NumDynamicSlotsTime NumHolds NumHoldsByReason NumInputTransferStarts NumJobCompletions
        NumJobMatches NumJobStarts NumJobStartsDelayed NumOutputTransferStarts NumOwners NumPendingClaims NumPendingClaimsInContact
        NumPendingClaimsInQueue NumPids NumRestarts NumShadowStarts NumSystemHolds NumUsers NumVacates NumVacatesByReason
        NumVacatesByReasonPreExecution NumVacatesPreExecution OAuthServicesNeeded OCUClaimsBorrowed OCUClaimsClaimed OCURunningJobs OCUWantedJobs
        OnExitHold OnExitRemove OpSys OpSysAndVer OpSysLegacy OpSysLongName OpSysName OpSysShortName OrigMaxHosts Out Owner PartitionableSlot
        PendingQueries PendingQueriesPeak PeriodicHold PeriodicHoldReason PeriodicHoldSubCode Priority PriorityFactor ProcId ProjectName
        PslotRollupInformation PublicClaimId PublicInputFiles QDate Rank RealUid RecentActivationRequests RecentAutoclusters RecentBlockReadKbytes
        RecentBlockReads RecentBlockWriteKbytes RecentBlockWrites RecentCCBOutboundFailed RecentCCBOutboundForwarded RecentCCBOutboundRequests
        RecentCCBReconnects RecentCCBRequests RecentCCBRequestsFailed RecentCCBRequestsNotFound RecentCCBRequestsSucceeded RecentCCBStreamingBytes
        RecentCCBStreamingFailed RecentCCBStreamingRequests RecentCCBStreamingSessions RecentCCBTunnelRelays RecentCCBTunnelRelaysFailed
        RecentClaimRequests RecentDaemonCoreDutyCycle RecentDroppedQueries RecentForkQueriesFromCOLLECTOR RecentForkQueriesFromTOOL
        RecentInProcQueriesFromCOLLECTOR RecentInProcQueriesFromTOOL RecentJobPreemptions RecentJobRankPreemptions RecentJobsAccumBadputTime
        RecentJobsAccumChurnTime RecentJobsAccumExceptionalBadputTime RecentJobsAccumExecuteAltTime RecentJobsAccumExecuteTime
        RecentJobsAccumPostExecuteTime RecentJobsAccumPreExecuteTime RecentJobsAccumRunningTime RecentJobsAccumTimeToStart RecentJobsBadputRuntimes
        RecentJobsBadputSizes RecentJobsCheckpointed RecentJobsCompleted RecentJobsCompletedRuntimes RecentJobsCompletedSizes RecentJobsCoolDown
        RecentJobsCoredumped RecentJobsDebugLogError RecentJobsExecFailed RecentJobsExited RecentJobsExitedAndClaimClosing RecentJobsExitedNormally
        RecentJobsExitException RecentJobsKilled RecentJobsMissedDeferralTime RecentJobsNotStarted RecentJobsShadowNoMemory RecentJobsShouldHold
        RecentJobsShouldRemove RecentJobsShouldRequeue RecentJobsStarted RecentJobsSubmitted RecentJobStarts RecentJobsWierdTimestamps
        RecentJobUserPrioPreemptions RecentNewDSlotNotMatch RecentResourceRequestsSent RecentShadowsStarted RecentStatsLifetime
        RecentStatsLifetimeStarter RecentUpdatesInitial RecentUpdatesInitial_Accounting RecentUpdatesInitial_Collector RecentUpdatesInitial_Master
        RecentUpdatesInitial_Negotiator RecentUpdatesInitial_Schedd RecentUpdatesInitial_Slot RecentUpdatesInitial_StartD
        RecentUpdatesInitial_Submittor RecentUpdatesLost RecentUpdatesLost_Accounting RecentUpdatesLost_Collector RecentUpdatesLost_Master
        RecentUpdatesLost_Negotiator RecentUpdatesLost_Schedd RecentUpdatesLost_Slot RecentUpdatesLost_StartD RecentUpdatesLost_Submittor
        RecentUpdatesLostMax RecentUpdatesLostRatio RecentUpdatesTotal RecentUpdatesTotal_Accounting RecentUpdatesTotal_Collector
        RecentUpdatesTotal_Master RecentUpdatesTotal_Negotiator RecentUpdatesTotal_Schedd RecentUpdatesTotal_Slot RecentUpdatesTotal_StartD
        RecentUpdatesTotal_Submittor ReleaseReason RemoteHost RemoteSlotID RemoteSysCpu RemoteUserCpu RemoteWallClockTime RemoveKillSig RemoveReason
        Request Request_CPUs Request_Memory RequestCpus RequestDisk Requested RequestGPUs RequestMemory RequeueReason RequireGPUs Requirements
        ResidentSetSize ResidentSetSize_RAW ResourceRequestsSent ResourcesUsed RetirementTimeRemaining RunningJobs SCHEDD_StartTime SCHEDD_Timestamp
        ScheddInterval ScheddIpAddr ScheddName ScheddSwapExhausted SchedulerJobsIdle SchedulerJobsRunning ScitokensFile ScratchDirFileCount
        ShadowBday ShadowsRunning ShadowsRunningPeak ShadowsStarted SHARED_PORT_StartTime SHARED_PORT_Timestamp ShouldTransferFiles SlotID SlotType
        SlotTypeID SlotWeight SpooledOutputFiles StageInFinish StageInStart StageOutStart Start STARTD_StartTime STARTD_Timestamp StartdIpAddr
        StartdPrincipal StarterAbilityList StartLocalUniverse StartSchedulerUniverse State StatsLastUpdateTime StatsLifetime StatsLifetimeStarter
        StderrMtime StdoutMtime StreamErr StreamIn StreamOut SUBMIT_Cmd SUBMIT_FILE SUBMIT_Iwd SUBMIT_TIME SUBMIT_TransferInput SUBMIT_UserLog
        SubmitAlwaysCheckCreds SubmitEventNotes SubmitEventUserNotes SubmitterAds SubmitterAdsPeak SubmitterLimit SubmitterShare SubmitterTag
        SubmitVersion SubnetMask SubtreeQuota SurplusPolicy SuspendJobAtExec TargetType TaskId TerminationPending TimeToLive ToolDaemonCmd
        TotalBackfillInUseCpus TotalBackfillInUseDisk TotalBackfillInUseMemory TotalCondorLoadAvg TotalCpus TotalDisk TotalFlockedJobs TotalGPUs
        TotalHeldJobs TotalIdleJobs TotalInUseCpus TotalInUseDisk TotalInUseGPUs TotalInUseMemory TotalJobAds TotalLoadAvg TotalLocalJobsIdle
        TotalLocalJobsRunning TotalMemory TotalRemovedJobs TotalRunningJobs TotalSchedulerJobsIdle TotalSchedulerJobsRunning TotalSlotCpus
        TotalSlotDisk TotalSlotGPUs TotalSlotMemory TotalSlots TotalSubmitProcs TotalSuspensions TotalTimeUnclaimedIdle TotalTransferInputMB
        TotalTransferOutputMB TotalVirtualMemory TransferErr TransferExecutable TransferIn TransferInFinished TransferInput TransferInputFileCounts
        TransferInputSizeMB TransferInputStats TransferInStarted TransferOut TransferOutFinished TransferOutput TransferOutputRemaps
        TransferOutputStats TransferOutStarted TransferQueued TransferQueueDownloadWaitTime TransferQueueDownloadWaitTimePeak
        TransferQueueMaxDownloading TransferQueueMaxUploading TransferQueueNumDownloading TransferQueueNumDownloadingPeak TransferQueueNumUploading
        TransferQueueNumUploadingPeak TransferQueueNumWaitingToDownload TransferQueueNumWaitingToDownloadPeak TransferQueueNumWaitingToUpload
        TransferQueueNumWaitingToUploadPeak TransferQueueUploadWaitTime TransferQueueUploadWaitTimePeak TransferQueueUserExpr TransferringInput
        TransferringOutput TransformBody_ TransformOnEvict UidDomain UnchargedTime UncommittedSuspensionTime Unhibernate UpdateInterval
        UpdateSequenceNumber UpdatesHistory UpdatesInitial UpdatesInitial_Accounting UpdatesInitial_Collector UpdatesInitial_Master
        UpdatesInitial_Negotiator UpdatesInitial_Schedd UpdatesInitial_Slot UpdatesInitial_StartD UpdatesInitial_Submittor UpdatesLost
        UpdatesLost_Accounting UpdatesLost_Collector UpdatesLost_Master UpdatesLost_Negotiator UpdatesLost_Schedd UpdatesLost_Slot
        UpdatesLost_StartD UpdatesLost_Submittor UpdatesLostMax UpdatesLostRatio UpdatesSequenced UpdatesTotal UpdatesTotal_Accounting
        UpdatesTotal_Collector UpdatesTotal_Master UpdatesTotal_Negotiator UpdatesTotal_Schedd UpdatesTotal_Slot UpdatesTotal_StartD
        UpdatesTotal_Submittor User UserLog UserLogUseXML UtsnameMachine UtsnameNodename UtsnameRelease UtsnameSysname UtsnameVersion VacateReason
        VacateReasonCode VacateReasonSubCode VirtualMemory VM_CkptMac VM_MEMORY VM_VCPUS VMPARAM_No_Output_VM VMPARAM_vm_Disk VMPARAM_Xen_Initrd
        VMPARAM_Xen_Kernel VMPARAM_Xen_Kernel_Params VMPARAM_Xen_Root WakeOnLanEnabledFlags WakeOnLanSupportedFlags WantContainer WantDocker
        WantDockerImage WantFTOnCheckpoint WantIOProxy WantParallelScheduling WantResAd WantSandboxImage WantSIF WantTransferPluginMethods
        WeightedAccumulatedUsage WeightedIdleJobs WeightedResourcesUsed WeightedRunningJobs WeightedUnchargedTime WhenToTransferOutput
        WithinResourceLimits Year
        """
}
