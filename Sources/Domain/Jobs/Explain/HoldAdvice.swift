/// What each hold code means and what to do about it.
///
/// Numbers and names are from HTCondor 25.14 (`condor_utils/condor_holdcodes.h`).
enum HoldAdvice {
    struct Entry: Sendable {
        let name: String
        let advice: String
    }

    static let awaitingInput: Int64 = 16

    static func entry(_ code: Int64) -> Entry {
        entries[code] ?? Entry(name: "Unspecified", advice: "HTCondor gives no code, only the text of the reason; release the job to try again")
    }

    private static let check = "; then release the job"

    private static let entries: [Int64: Entry] = [
        1: Entry(name: "UserRequest", advice: "A user asked for the hold: release the job when it may continue"),
        2: Entry(name: "GlobusGramError", advice: "A service that no longer exists reported an error: submit the job again"),
        3: Entry(
            name: "JobPolicy",
            advice: "The job's own periodic_hold or on_exit_hold became true: remove the cause, or edit PeriodicHold or OnExitHold" + check),
        4: Entry(name: "CorruptedCredential", advice: "The user's credential cannot be used: store it again" + check),
        5: Entry(name: "JobPolicyUndefined", advice: "A policy of the job (such as periodic_hold) has no value: correct that expression" + check),
        6: Entry(
            name: "FailedToCreateProcess",
            advice:
                """
                The program could not be started: it must exist, be executable, and its first line must name an interpreter that the machine has; \
                the subcode is the errno
                """
                    + check),
        7: Entry(
            name: "UnableToOpenOutput",
            advice: "An output file cannot be opened: its directory must exist and be writable by the job; the subcode is the errno" + check),
        8: Entry(
            name: "UnableToOpenInput",
            advice: "The file for standard input cannot be opened: it must be part of the input; the subcode is the errno" + check),
        9: Entry(
            name: "UnableToOpenOutputStream", advice: "Output cannot be streamed: try without stream_output and stream_error" + check),
        10: Entry(name: "UnableToOpenInputStream", advice: "Standard input cannot be streamed: try without stream_input" + check),
        11: Entry(
            name: "InvalidTransferAck",
            advice: "The other side of a file transfer sent an invalid answer, perhaps after losing the connection: release the job to try again"),
        12: Entry(
            name: "TransferOutputError",
            advice:
                """
                The output could not be transferred back, often because the job did not make a file in transfer_output_files; correct the list \
                or the program
                """
                    + check),
        13: Entry(
            name: "TransferInputError",
            advice: "The input could not be transferred, often because a file in transfer_input_files is missing; add it or correct the list" + check
        ),
        14: Entry(name: "IwdError", advice: "The job's working directory (initialdir) cannot be used: it must exist and belong to the user" + check),
        15: Entry(name: "SubmittedOnHold", advice: "The submit description has hold = true: release the job when it may start"),
        16: Entry(name: "SpoolingInput", advice: "The job awaits its input: send it by PUT or POST /jobs/{id}/input, which releases the job"),
        17: Entry(name: "JobShadowMismatch", advice: "The job does not fit the scheduler's version: submit it again"),
        18: Entry(
            name: "InvalidTransferGoAhead",
            advice: "The other side of a file transfer sent an invalid answer, perhaps after losing the connection: release the job to try again"),
        19: Entry(
            name: "HookPrepareJobFailure",
            advice: "The machine's hook that prepares jobs failed: tell its administrator, or require another machine" + check),
        20: Entry(
            name: "MissedDeferredExecutionTime",
            advice: "The time at which the job should have started has passed: edit DeferralTime or DeferralWindow" + check),
        21: Entry(
            name: "StartdHeldJob",
            advice:
                "The machine's policy held the job (WANT_HOLD): the hold reason says why; usually it used more than it requested: edit the request"
                + check),
        22: Entry(
            name: "UnableToInitUserLog", advice: "The job's log cannot be written: its directory must exist and be writable by the user" + check),
        23: Entry(name: "FailedToAccessUserAccount", advice: "The user's account cannot be used on the scheduler's host: tell the administrator"),
        24: Entry(name: "NoCompatibleShadow", advice: "The scheduler has no shadow for jobs of this kind: tell the administrator"),
        25: Entry(name: "InvalidCronSettings", advice: "The cron_ settings match no time: correct them and submit the job again"),
        26: Entry(
            name: "SystemPolicy",
            advice: "A policy of the scheduler (SYSTEM_PERIODIC_HOLD) held the job: the hold reason says which; meet it" + check),
        27: Entry(name: "SystemPolicyUndefined", advice: "A policy of the scheduler has no value for this job: tell the administrator"),
        28: Entry(name: "GlexecChownSandboxToUser", advice: "The sandbox could not be given to the user: tell the administrator" + check),
        29: Entry(name: "PrivsepChownSandboxToUser", advice: "The sandbox could not be given to the user: tell the administrator" + check),
        30: Entry(name: "GlexecChownSandboxToCondor", advice: "The sandbox could not be given to the user: tell the administrator" + check),
        31: Entry(name: "PrivsepChownSandboxToCondor", advice: "The sandbox could not be given to the user: tell the administrator" + check),
        32: Entry(
            name: "MaxTransferInputSizeExceeded",
            advice: "The input is larger than max_transfer_input_mb: make it smaller or edit MaxTransferInputMB" + check),
        33: Entry(
            name: "MaxTransferOutputSizeExceeded",
            advice: "The output is larger than max_transfer_output_mb: write less or edit MaxTransferOutputMB" + check),
        34: Entry(
            name: "JobOutOfResources", advice: "The job used more memory or disk than it requested: raise RequestMemory or RequestDisk" + check),
        35: Entry(name: "InvalidDockerImage", advice: "The container image cannot be used: correct container_image or docker_image" + check),
        36: Entry(
            name: "FailedToCheckpoint",
            advice: "The job's checkpoint could not be stored: see checkpoint_destination and transfer_checkpoint_files" + check),
        37: Entry(name: "EC2UserError", advice: "The cloud service refused the request: correct the ec2_ settings" + check),
        38: Entry(name: "EC2InternalError", advice: "The cloud service's answer could not be handled: tell the administrator" + check),
        39: Entry(name: "EC2AdminError", advice: "The scheduler is not set up for the cloud service: tell the administrator" + check),
        40: Entry(name: "EC2ConnectionProblem", advice: "The cloud service cannot be reached: wait" + check),
        41: Entry(name: "EC2ServerError", advice: "The cloud service failed: wait" + check),
        42: Entry(name: "EC2InstancePotentiallyLostError", advice: "The cloud service may still run the job's instance: look there" + check),
        43: Entry(name: "PreScriptFailed", advice: "The program that runs before the job failed: correct it" + check),
        44: Entry(name: "PostScriptFailed", advice: "The program that runs after the job failed: correct it" + check),
        45: Entry(
            name: "SingularityTestFailed",
            advice: "The machine could not start a container: release the job to try another machine, and tell its administrator"),
        46: Entry(
            name: "JobDurationExceeded",
            advice: "The job took longer than allowed_job_duration: edit AllowedJobDuration, or make the job shorter" + check),
        47: Entry(
            name: "JobExecuteExceeded",
            advice: "The job ran longer than allowed_execute_duration: edit AllowedExecuteDuration, or make the job shorter" + check),
        48: Entry(name: "HookShadowPrepareJobFailure", advice: "The scheduler's hook that prepares jobs failed: tell the administrator" + check),
        49: Entry(name: "CannotSwitchPrimaryGroup", advice: "The user's group cannot be used: tell the administrator"),
    ]
}
