import CondorModel

extension HoldReasonCode {
    /// What to do about a hold for this reason.
    var advice: String {
        let check = "; then release the job"
        return switch self {
        case .userRequest: "A user asked for the hold: release the job when it may continue"
        case .globusGramError: "A service that no longer exists reported an error: submit the job again"
        case .jobPolicy: "The job's own periodic_hold or on_exit_hold became true: remove the cause, or edit PeriodicHold or OnExitHold" + check
        case .corruptedCredential: "The user's credential cannot be used: store it again" + check
        case .jobPolicyUndefined: "A policy of the job (such as periodic_hold) has no value: correct that expression" + check
        case .failedToCreateProcess:
            """
            The program could not be started: it must exist, be executable, and its first line must name an interpreter that the machine has; \
            the subcode is the errno
            """
                + check
        case .unableToOpenOutput:
            "An output file cannot be opened: its directory must exist and be writable by the job; the subcode is the errno" + check
        case .unableToOpenInput: "The file for standard input cannot be opened: it must be part of the input; the subcode is the errno" + check
        case .unableToOpenOutputStream: "Output cannot be streamed: try without stream_output and stream_error" + check
        case .unableToOpenInputStream: "Standard input cannot be streamed: try without stream_input" + check
        case .invalidTransferAck:
            "The other side of a file transfer sent an invalid answer, perhaps after losing the connection: release the job to try again"
        case .transferOutputError:
            """
            The output could not be transferred back, often because the job did not make a file in transfer_output_files; correct the list \
            or the program
            """
                + check
        case .transferInputError:
            "The input could not be transferred, often because a file in transfer_input_files is missing; add it or correct the list" + check
        case .iwdError: "The job's working directory (initialdir) cannot be used: it must exist and belong to the user" + check
        case .submittedOnHold: "The submit description has hold = true: release the job when it may start"
        case .spoolingInput: "The job awaits its input: send it by PUT or POST /jobs/{id}/input, which releases the job"
        case .jobShadowMismatch: "The job does not fit the scheduler's version: submit it again"
        case .invalidTransferGoAhead:
            "The other side of a file transfer sent an invalid answer, perhaps after losing the connection: release the job to try again"
        case .hookPrepareJobFailure: "The machine's hook that prepares jobs failed: tell its administrator, or require another machine" + check
        case .missedDeferredExecutionTime: "The time at which the job should have started has passed: edit DeferralTime or DeferralWindow" + check
        case .startdHeldJob:
            "The machine's policy held the job (WANT_HOLD): the hold reason says why; usually it used more than it requested: edit the request"
                + check
        case .unableToInitUserLog: "The job's log cannot be written: its directory must exist and be writable by the user" + check
        case .failedToAccessUserAccount: "The user's account cannot be used on the scheduler's host: tell the administrator"
        case .noCompatibleShadow: "The scheduler has no shadow for jobs of this kind: tell the administrator"
        case .invalidCronSettings: "The cron_ settings match no time: correct them and submit the job again"
        case .systemPolicy: "A policy of the scheduler (SYSTEM_PERIODIC_HOLD) held the job: the hold reason says which; meet it" + check
        case .systemPolicyUndefined: "A policy of the scheduler has no value for this job: tell the administrator"
        case .glexecChownSandboxToUser, .privsepChownSandboxToUser, .glexecChownSandboxToCondor, .privsepChownSandboxToCondor:
            "The sandbox could not be given to the user: tell the administrator" + check
        case .maxTransferInputSizeExceeded: "The input is larger than max_transfer_input_mb: make it smaller or edit MaxTransferInputMB" + check
        case .maxTransferOutputSizeExceeded: "The output is larger than max_transfer_output_mb: write less or edit MaxTransferOutputMB" + check
        case .jobOutOfResources: "The job used more memory or disk than it requested: raise RequestMemory or RequestDisk" + check
        case .invalidDockerImage: "The container image cannot be used: correct container_image or docker_image" + check
        case .failedToCheckpoint: "The job's checkpoint could not be stored: see checkpoint_destination and transfer_checkpoint_files" + check
        case .ec2UserError: "The cloud service refused the request: correct the ec2_ settings" + check
        case .ec2InternalError: "The cloud service's answer could not be handled: tell the administrator" + check
        case .ec2AdminError: "The scheduler is not set up for the cloud service: tell the administrator" + check
        case .ec2ConnectionProblem: "The cloud service cannot be reached: wait" + check
        case .ec2ServerError: "The cloud service failed: wait" + check
        case .ec2InstancePotentiallyLostError: "The cloud service may still run the job's instance: look there" + check
        case .preScriptFailed: "The program that runs before the job failed: correct it" + check
        case .postScriptFailed: "The program that runs after the job failed: correct it" + check
        case .singularityTestFailed: "The machine could not start a container: release the job to try another machine, and tell its administrator"
        case .jobDurationExceeded: "The job took longer than allowed_job_duration: edit AllowedJobDuration, or make the job shorter" + check
        case .jobExecuteExceeded: "The job ran longer than allowed_execute_duration: edit AllowedExecuteDuration, or make the job shorter" + check
        case .hookShadowPrepareJobFailure: "The scheduler's hook that prepares jobs failed: tell the administrator" + check
        case .cannotSwitchPrimaryGroup: "The user's group cannot be used: tell the administrator"
        default: "HTCondor gives no code, only the text of the reason; release the job to try again"
        }
    }
}
