/// The inputs of a submission other than its text.
package struct SubmitParameters: Sendable {
    /// The description's name for messages, `$(SUBMIT_FILE)` and the attribute `JobSubmitFile`; nil omits all three.
    package var fileName: String?
    /// The submitting user; only the default of `accounting_group_user`.
    package var submitter = ""
    /// Whether the input is spooled to the scheduler after the submission (`condor_submit -spool`).
    package var spool = true
    /// Seconds since the epoch: `QDate` and the date macros.
    package var submitTime: Int64 = 0
    /// Minutes east of UTC of `$(Year)`, `$(Month)` and `$(Day)`.
    package var timeZoneMinutes = 0
    /// In remote mode, the directory for resolving the job's relative paths. Local mode uses the directory of its `SubmitFiles`.
    package var workingDirectory = "/tmp"
    /// The job's `CondorVersion`, which is the scheduler's version; empty to omit it.
    package var scheddVersion = "$CondorVersion: 25.14.1 2026-08-25 $"
    /// The job's `SubmitVersion` and `CondorPlatform`.
    package var submitVersion = "$CondorVersion: 25.14.1 2026-08-25 $"
    package var platform = "$CondorPlatform: x86_64_Debian13 $"
    /// `JobSubmitMethod`: 0 is `condor_submit`; numbers from 100 on are reserved for portals.
    package var submitMethod: Int64 = 0
    /// The pool's configuration as far as it affects submission, by upper-case name. It overrides the defaults of HTCondor 25.14.
    package var configuration: [String: String] = [:]
    /// `name=value` pairs set before the description is read.
    package var arguments: [(name: String, value: String)] = []
    /// Lines that are treated as appended to the description.
    package var appendedLines: [String] = []
    /// A `queue` statement for a description that has none.
    package var queueStatement: String?
    /// Texts, by name, that `queue … from NAME` may read in remote mode: the other parts of the same request.
    package var itemTexts: [String: String] = [:]
    /// In remote mode, the known sizes in bytes of input files and directories, by their names in the description.
    package var inputSizes: [String: Int64] = [:]
    /// The largest number of jobs in one submission.
    package var jobLimit = 1_000_000
    /// Make a late materialization factory even if the description does not ask for one.
    package var isFactory = false
    /// Read a factory's digest in order to make its jobs: limits on materialization are ignored, and jobs are not checked in advance.
    package var isMaterializing = false
    /// Make all jobs at once and warn, even if the description asks for late materialization. `condor_submit` does this with a scheduler that does
    /// not support factories.
    package var expandsFactories = false
    /// Keep a spooled job with `hold = true` held after its input has arrived, instead of refusing it as `condor_submit -spool` does.
    package var holdsAfterSpooling = false
    /// Whether to warn about unused names.
    package var warnsAboutUnused = true
    /// Whether the pool can provide the OAuth services that a job asks for.
    package var providesTokens = true

    package init() {}

    /// Defaults of HTCondor 25.14 (condor_utils/param_info.in).
    private static let defaults: [String: String] = [
        "ARCH": "X86_64",
        "OPSYS": "LINUX",
        "UID_DOMAIN": "localdomain",
        "JOB_DEFAULT_REQUESTMEMORY": "128",
        "JOB_DEFAULT_REQUESTDISK": "MAX({1024, (TransferInputSizeMB+1) * 1.25}) * 1024",
        "JOB_DEFAULT_REQUESTCPUS": "1",
        "JOB_DEFAULT_LEASE_DURATION": "2400",
        "DEFAULT_JOB_MAX_RETRIES": "2",
        "NICE_USER_ACCOUNTING_GROUP_NAME": "nice-user",
        "CONTAINER_SHARED_FS": "/cvmfs",
        "SIGN_S3_URLS": "true",
        "ENABLE_DEPRECATION_WARNINGS": "true",
        "SUBMIT_ALLOW_GETENV": "true",
        "SUBMIT_GENERATE_CUSTOM_RESOURCE_REQUIREMENTS": "true",
        "SUBMIT_GENERATE_CONDOR_C_REQUIREMENTS": "true",
        "SUBMIT_PREVENT_MULTI_QUEUE": "true",
        "CRED_MIN_TIME_LEFT": "120",
    ]

    /// A configuration value; nil if it is not set or empty.
    func knob(_ name: String) -> String? {
        guard let value = configuration[name] ?? Self.defaults[name], !value.isEmpty else { return nil }
        return value
    }

    func isSet(_ name: String) -> Bool { knob(name).flatMap(Numbers.booleanOrExpression) ?? false }
}
