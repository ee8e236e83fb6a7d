/// The inputs of a submission besides its text.
package struct SubmitParameters: Sendable {
    /// Name of the description for messages, `$(SUBMIT_FILE)` and the attribute `JobSubmitFile`; nil leaves all three out.
    package var fileName: String?
    /// The user who submits; only the default of `accounting_group_user`.
    package var submitter = ""
    /// Whether the input is spooled to the scheduler after the submission (`condor_submit -spool`).
    package var spool = true
    /// Seconds since the epoch: `QDate` and the date macros.
    package var submitTime: Int64 = 0
    /// Minutes east of UTC of `$(Year)`, `$(Month)` and `$(Day)`.
    package var timeZoneMinutes = 0
    /// Directory relative paths of the job are resolved against, in remote mode. Local mode takes the directory of its `SubmitFiles`.
    package var workingDirectory = "/tmp"
    /// `CondorVersion` of the job: that of the scheduler; empty to leave it out.
    package var scheddVersion = "$CondorVersion: 25.14.1 2026-08-25 $"
    /// `SubmitVersion` and `CondorPlatform` of the job.
    package var submitVersion = "$CondorVersion: 25.14.1 2026-08-25 $"
    package var platform = "$CondorPlatform: x86_64_Debian13 $"
    /// `JobSubmitMethod`: 0 is `condor_submit`, numbers from 100 on are free for portals.
    package var submitMethod: Int64 = 0
    /// Configuration of the pool as far as it bears on submission, by upper case name; overrides the defaults of HTCondor 25.14.
    package var configuration: [String: String] = [:]
    /// `name=value` pairs set before the description is read.
    package var arguments: [(name: String, value: String)] = []
    /// Lines that count as appended to the description.
    package var appendedLines: [String] = []
    /// A `queue` statement for a description that has none of its own.
    package var queueStatement: String?
    /// Texts that `queue … from NAME` may name in remote mode, by name: the other parts of the same request.
    package var itemTexts: [String: String] = [:]
    /// Sizes in bytes of input files that are known in remote mode, by the name the description uses; directories too.
    package var inputSizes: [String: Int64] = [:]
    /// The most jobs one submission may make.
    package var jobLimit = 1_000_000
    /// Make a late materialisation factory even if the description does not ask for one.
    package var isFactory = false
    /// Read a factory's digest in order to make its jobs: limits on materialization are passed over, and jobs are not checked before they are asked
    /// for.
    package var isMaterializing = false
    /// Makes all jobs at once although the description asks for late materialisation, and warns of it: what `condor_submit` does with a scheduler
    /// that knows no factories.
    package var expandsFactories = false
    /// A spooled job with `hold = true` stays held when its input has come, instead of being refused as `condor_submit -spool` does.
    package var holdsAfterSpooling = false
    /// Whether names nobody uses are warned about.
    package var warnsAboutUnused = true
    /// Whether OAuth services a job asks for can be provided by the pool.
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

    /// A configuration value; nil where it is not set or empty.
    func knob(_ name: String) -> String? {
        guard let value = configuration[name] ?? Self.defaults[name], !value.isEmpty else { return nil }
        return value
    }

    func isSet(_ name: String) -> Bool { knob(name).flatMap(Numbers.booleanOrExpression) ?? false }
}
