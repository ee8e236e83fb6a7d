package import ClassAd
package import Diagnostics
import MacroLanguage
import Text

/// The cluster and jobs of a submit description. Jobs are made on demand.
package struct SubmitPlan: Sendable {
    /// A `queue` statement, with the names as they were when it was read.
    struct Stage: Sendable {
        var table: SubmitTable
        /// `table` without the statement's variables.
        var ownTable: SubmitTable
        var iteration: QueueIteration
        var jobCount: Int
    }

    let stages: [Stage]
    let parameters: SubmitParameters
    let files: (any SubmitFiles)?
    let texts: [SourceText]

    /// The number of jobs; 0 if all queue statements are empty. For a factory, the final number.
    package let procCount: Int
    /// Oddities that are not a reason to refuse the description.
    package let warnings: [Diagnostic]
    /// The cluster ad for cluster 1, without `ProcId` and `JobStatus`, which belong to the jobs.
    package let clusterAd: ClassAd
    /// In remote mode, what the submission's sandbox must contain for all jobs together, in transfer order.
    package let inputs: [SandboxInput]
    /// Whether nothing in the jobs depends on the cluster's number, and they differ only in their own numbers.
    let isUniform: Bool
    /// The first `JobStatus` of uniform jobs.
    let jobStatus: Int64
    /// The late materialization factory that the description asks for. The scheduler makes its jobs.
    package let factory: SubmitFactory?

    /// Names that the sandbox must contain, relative to its top; directories have no trailing slash.
    package var inputFiles: [String] { inputs.map(\.path) }
    /// False if no job has a user log.
    package var mayKeepUserLog: Bool {
        clusterAd["UserLog"] != nil || stages.contains { $0.table.items.contains { ASCII.equalIgnoringCase($0.name.suffix(3), Bytes("log".utf8)) } }
    }
    /// Whether the jobs wait for input.
    package var needsInput: Bool { !inputs.isEmpty }

    /// The ads for a cluster whose number is known, so that `$(Cluster)` can be expanded.
    package func ads(clusterID: Int = 1) throws(SubmitError) -> SubmitAds { try SubmitAds(self, clusterID: clusterID) }
}

/// The ads of a cluster: first the cluster ad, then the job ads one after the other.
///
///     var ads = try plan.ads(clusterID: 7)
///     send(ads.clusterAd)
///     while let ad = try ads.next() { send(ad) }
///
/// For one task at a time only.
package struct SubmitAds {
    package let clusterAd: ClassAd
    private let plan: SubmitPlan
    /// Makes the jobs; nil if the plan alone suffices.
    private let builder: JobBuilder?
    private var stage = 0
    private var index = 0
    /// The number of the job that `next()` returns next.
    package private(set) var nextProc = 0

    init(_ plan: SubmitPlan, clusterID: Int) throws(SubmitError) {
        self.plan = plan
        guard let first = plan.stages.first, !plan.isUniform else {
            var ad = plan.clusterAd
            if !plan.stages.isEmpty { ad.set("ClusterId", clusterID) }
            clusterAd = ad
            builder = nil
            return
        }
        let findings = Findings(texts: plan.texts)
        let context = SubmitContext(table: first.table)
        context.environment = SubmitDescription.environment(plan.files)
        context.cluster = clusterID
        let builder = JobBuilder(context: context, findings: findings, parameters: plan.parameters, files: plan.files)
        builder.isFactory = plan.factory != nil
        if builder.isFactory { first.iteration.prepareForFactory(in: context) } else { first.iteration.prepare(0, in: context) }
        builder.makeCluster()
        if findings.hasErrors { throw findings.failure }
        var ad = builder.base
        ad.remove("JobStatus")
        clusterAd = ad
        self.builder = builder
    }

    /// The next job: `ProcId`, `JobStatus`, and the differences from the cluster ad; nil after the last job.
    ///
    /// - Throws: the errors of this job. Jobs up to `SubmitDescription.checkedJobs` were checked when the description was read.
    package mutating func next() throws(SubmitError) -> ClassAd? {
        while stage < plan.stages.count, index >= plan.stages[stage].jobCount {
            stage += 1
            index = 0
            if stage < plan.stages.count { builder?.context.table = plan.stages[stage].table }
        }
        guard stage < plan.stages.count, plan.factory == nil else { return nil }
        defer {
            index += 1
            nextProc += 1
        }
        guard let builder else {
            var ad = ClassAd()
            ad.set("ProcId", nextProc)
            ad.set("JobStatus", plan.jobStatus)
            return ad
        }
        builder.context.process = nextProc
        builder.context.budget = MacroBudget(SubmitContext.allWork)
        if nextProc == 0 || stage == 0 && !builder.hasLiveSteps {
            builder.job = ClassAd()
            builder.setNumbers(nextProc)
            return builder.job
        }
        plan.stages[stage].iteration.prepare(index, in: builder.context)
        builder.makeProcess(everything: stage > 0)
        if builder.findings.hasErrors { throw builder.findings.failure }
        return builder.job
    }

    /// Skips the jobs before `proc` without making them.
    package mutating func skip(to proc: Int) {
        stage = 0
        index = max(0, proc)
        while stage < plan.stages.count, index >= plan.stages[stage].jobCount {
            index -= plan.stages[stage].jobCount
            stage += 1
        }
        nextProc = max(0, proc)
        guard let builder, stage < plan.stages.count else { return }
        let iteration = plan.stages[stage].iteration
        builder.context.table = plan.stages[stage].table
        iteration.prepare(index - index % iteration.stepCount, in: builder.context)
    }

    /// In remote mode, what the sandbox must contain for the job that was returned last.
    package var inputs: [SandboxInput] { builder?.orderedInputs ?? plan.inputs }
}
