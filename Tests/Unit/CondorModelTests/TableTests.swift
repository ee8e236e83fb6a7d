import CondorModel
import Testing

/// The tables against the values of HTCondor 25.14.1's own library.
@Suite struct TableTests {
    /// The names of `CONDOR_HOLD_CODE` from 0 on.
    private static let holds = """
        Unspecified UserRequest GlobusGramError JobPolicy CorruptedCredential JobPolicyUndefined FailedToCreateProcess
        UnableToOpenOutput UnableToOpenInput UnableToOpenOutputStream UnableToOpenInputStream InvalidTransferAck TransferOutputError
        TransferInputError IwdError SubmittedOnHold SpoolingInput JobShadowMismatch InvalidTransferGoAhead HookPrepareJobFailure
        MissedDeferredExecutionTime StartdHeldJob UnableToInitUserLog FailedToAccessUserAccount NoCompatibleShadow
        InvalidCronSettings SystemPolicy SystemPolicyUndefined GlexecChownSandboxToUser PrivsepChownSandboxToUser
        GlexecChownSandboxToCondor PrivsepChownSandboxToCondor MaxTransferInputSizeExceeded MaxTransferOutputSizeExceeded
        JobOutOfResources InvalidDockerImage FailedToCheckpoint EC2UserError EC2InternalError EC2AdminError EC2ConnectionProblem
        EC2ServerError EC2InstancePotentiallyLostError PreScriptFailed PostScriptFailed SingularityTestFailed JobDurationExceeded
        JobExecuteExceeded HookShadowPrepareJobFailure CannotSwitchPrimaryGroup
        """
    /// Those from 1000 on.
    private static let vacates = """
        JobPolicyVacate SystemPolicyVacate ShadowException JobNotStarted UserVacateJob JobShouldRequeue FailedToActivateClaim
        StarterError ReconnectFailed ClaimDeactivated StartdVacateCommand StartdPreemptExpression StartdException StartdShutdown
        StartdDraining StartdCoalesce StartdHibernate StartdReleaseCommand StartdPreemptingClaimRank StartdPreemptingClaimUserPrio
        VMError ContainerError ScheddVacate JobRemoved ScratchDirError SuccessfulCheckpoint ActivationRefusedBadRequest
        ActivationRefusedNoMatch ActivationRefusedStillCleaning ActivationRefusedWorklifeExpired ActivationRefusedPreempted
        ActivationRefusedBroken ActivationRefusedNotIdle ActivationRefusedUnclaimed ActivationRefusedClaimNotFound
        ActivationRefusedOldClaim ActivationRefusedUnhealthy StartdRehoming
        """

    @Test func holdReasonCodesHaveHTCondorsNumbersAndNames() {
        var expected: [Int64: String] = [:]
        for (first, names) in [(0, Self.holds), (1000, Self.vacates)] {
            for (offset, name) in names.split(whereSeparator: \.isWhitespace).enumerated() { expected[Int64(first + offset)] = String(name) }
        }
        #expect(expected.count == 88)
        #expect(Dictionary(uniqueKeysWithValues: HoldReasonCode.allCases.map { ($0.rawValue, $0.name) }) == expected)
        for (code, name) in expected { #expect(HoldReasonCode.name(of: code) == name) }
        for unknown in [Int64(-1), 50, 999, 1038, .max, .min] { #expect(HoldReasonCode.name(of: unknown) == "Unspecified") }
    }

    /// `getJobStatusString`.
    @Test func statusesHaveHTCondorsNumbersAndNames() {
        let names = "IDLE RUNNING REMOVED COMPLETED HELD TRANSFERRING_OUTPUT SUSPENDED FAILED BLOCKED PREPARING"
        #expect(JobStatus.allCases.map(\.rawValue) == Array(1...10))
        #expect(JobStatus.allCases.map { $0.description.uppercased() }.joined(separator: " ") == names)
    }

    /// `CondorUniverseNameUcFirst` and `universeCanReconnect`.
    @Test func universesHaveHTCondorsNumbersAndNames() {
        #expect(Universe.allCases.map(\.rawValue) == Array(1...13))
        #expect(
            Universe.allCases.map(\.title) == [
                "Standard", "Pipe", "Linda", "PVM", "Vanilla", "PVMD", "Scheduler", "MPI", "Grid", "Java", "Parallel", "Local", "VM",
            ])
        #expect(Universe.allCases.filter(\.canReconnect) == [.vanilla, .java, .parallel, .vm])
        for universe in Universe.allCases { #expect(Universe.names[universe.name] == universe) }
        #expect(Universe.names["docker"] == .vanilla)
        #expect(Universe.allCases.filter(\.runsAtScheduler) == [.scheduler, .local])
    }

    @Test func eventsHaveTheWordsOfTheAPI() {
        #expect(
            JobEventType.allCases.map(\.rawValue) == [
                "submit", "execute", "hold", "release", "suspend", "continue", "evict", "complete", "remove", "edit",
            ])
    }
}
