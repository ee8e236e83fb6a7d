/// What the codes of holds mean, and what to do about each.
///
/// Numbers and names as in HTCondor 25.14 (`condor_utils/condor_holdcodes.h`).
enum HoldAdvice {
    struct Entry: Sendable {
        let name: String
        let advice: String
    }

    static let awaitingInput: Int64 = 16

    static func entry(_ code: Int64) -> Entry {
        entries[code] ?? Entry(name: "Unspecified", advice: "HTCondor gives no closer reason than the text; release the job to try again")
    }

    private static let check = "; then release the job"

    private static let entries: [Int64: Entry] = [
        1: Entry(name: "UserRequest", advice: "A user asked for the hold: release the job when it may go on"),
        2: Entry(name: "GlobusGramError", advice: "A service that no longer exists reported an error: submit the job again"),
        3: Entry(
            name: "JobPolicy",
            advice: "The job's own periodic_hold or on_exit_hold became true: see to its cause, or edit PeriodicHold or OnExitHold" + check),
        4: Entry(name: "CorruptedCredential", advice: "The user's credential cannot be used: store it anew" + check),
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
            advice: "A file for the output cannot be opened: the directory must exist and be writable for the job; the subcode is the errno" + check),
        8: Entry(
            name: "UnableToOpenInput",
            advice: "The file for the standard input cannot be opened: it must be among the input; the subcode is the errno" + check),
        9: Entry(
            name: "UnableToOpenOutputStream", advice: "A stream for the output cannot be opened: try without stream_output and stream_error" + check),
        10: Entry(name: "UnableToOpenInputStream", advice: "A stream for the standard input cannot be opened: try without stream_input" + check),
        11: Entry(
            name: "InvalidTransferAck",
            advice: "The other side of a file transfer answered wrongly, as after a loss of the connection: release the job to try again"),
        12: Entry(
            name: "TransferOutputError",
            advice:
                """
                The output could not be brought back: often a file in transfer_output_files that the job did not make; correct the list or the \
                program
                """
                    + check),
        13: Entry(
            name: "TransferInputError",
            advice: "The input could not be brought: often a file in transfer_input_files that is not there; put it there or correct the list" + check
        ),
        14: Entry(name: "IwdError", advice: "The job's working directory (initialdir) cannot be used: it must exist and belong to the user" + check),
        15: Entry(name: "SubmittedOnHold", advice: "The submit description has hold = true: release the job when it may start"),
        16: Entry(name: "SpoolingInput", advice: "The job awaits its input: send it by PUT or POST /jobs/{id}/input, which releases the job"),
        17: Entry(name: "JobShadowMismatch", advice: "The job and the scheduler's version do not fit each other: submit it again"),
        18: Entry(
            name: "InvalidTransferGoAhead",
            advice: "The other side of a file transfer answered wrongly, as after a loss of the connection: release the job to try again"),
        19: Entry(
            name: "HookPrepareJobFailure",
            advice: "The machine's preparation of jobs failed: tell its administrator, or require another machine" + check),
        20: Entry(
            name: "MissedDeferredExecutionTime",
            advice: "The time at which the job should have started has passed: edit DeferralTime or DeferralWindow" + check),
        21: Entry(
            name: "StartdHeldJob",
            advice: "The machine's policy held the job (WANT_HOLD): the text says why; mostly it used more than it asked for: edit the request"
                + check),
        22: Entry(
            name: "UnableToInitUserLog", advice: "The job's log cannot be written: its directory must exist and be writable for the user" + check),
        23: Entry(name: "FailedToAccessUserAccount", advice: "The user's account cannot be used on the scheduler's host: tell the administrator"),
        24: Entry(name: "NoCompatibleShadow", advice: "The scheduler has no program for jobs of this kind: tell the administrator"),
        25: Entry(name: "InvalidCronSettings", advice: "The cron_ settings make no time: correct them by submitting again"),
        26: Entry(
            name: "SystemPolicy",
            advice: "A policy of the scheduler (SYSTEM_PERIODIC_HOLD) held the job: the text says which; do what it asks for" + check),
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
            name: "JobOutOfResources", advice: "The job used more memory or disk than it asked for: raise RequestMemory or RequestDisk" + check),
        35: Entry(name: "InvalidDockerImage", advice: "The container's image cannot be used: correct container_image or docker_image" + check),
        36: Entry(
            name: "FailedToCheckpoint",
            advice: "The job's checkpoint could not be stored: see checkpoint_destination and transfer_checkpoint_files" + check),
        37: Entry(name: "EC2UserError", advice: "The cloud service refused the request: correct the ec2_ settings" + check),
        38: Entry(name: "EC2InternalError", advice: "The cloud service's answer could not be handled: tell the administrator" + check),
        39: Entry(name: "EC2AdminError", advice: "The scheduler is not set up for the cloud service: tell the administrator" + check),
        40: Entry(name: "EC2ConnectionProblem", advice: "The cloud service cannot be reached: wait" + check),
        41: Entry(name: "EC2ServerError", advice: "The cloud service failed: wait" + check),
        42: Entry(name: "EC2InstancePotentiallyLostError", advice: "The cloud service may still run the job's instance: look there" + check),
        43: Entry(name: "PreScriptFailed", advice: "The program to run before the job failed: correct it" + check),
        44: Entry(name: "PostScriptFailed", advice: "The program to run after the job failed: correct it" + check),
        45: Entry(
            name: "SingularityTestFailed",
            advice: "The machine could not start a container: release the job to try another machine, and tell its administrator"),
        46: Entry(
            name: "JobDurationExceeded",
            advice: "The job took longer than allowed_job_duration: edit AllowedJobDuration, or make the job shorter" + check),
        47: Entry(
            name: "JobExecuteExceeded",
            advice: "The job ran longer than allowed_execute_duration: edit AllowedExecuteDuration, or make the job shorter" + check),
        48: Entry(name: "HookShadowPrepareJobFailure", advice: "The scheduler's preparation of jobs failed: tell the administrator" + check),
        49: Entry(name: "CannotSwitchPrimaryGroup", advice: "The user's group cannot be used: tell the administrator"),
    ]
}
