import ClassAd
package import CondorClient
package import CondorModel
import CondorProtocol
package import Waiting

/// Explains why jobs do not run.
package struct ExplainService: Sendable {
    private let client: CondorClient
    private let time: any TimeSource

    package init(client: CondorClient, time: any TimeSource = .system) {
        self.client = client
        self.time = time
    }

    /// Explains why a job does not run, or where it runs.
    /// - Throws: `jobNotFound`, `commandFailed`, `cancelled`. An unreachable collector is not an error; the explanation mentions it.
    package func explain(_ id: JobID, _ caller: Caller) async throws(JobsError) -> JobExplanation {
        let schedd = client.schedd(as: caller.credential)
        guard let ad = try await schedd.ads(.job(id), projection: [], limit: 1).first else {
            guard let explanation = try await unmade(id, schedd) else { throw .notFound(.job(id)) }
            return explanation
        }
        let job = ad.classAd()
        let status = JobStatus(ad)
        guard status == .idle else { return JobExplanation(job, status, now: time.seconds) }
        var explanation = JobExplanation(waiting: job, now: time.seconds)
        if JobExplanation.isMatched(job) {
            let (analysis, isSurveyed) = try await survey(job, caller)
            explanation.add(analysis, isSurveyed: isSurveyed)
        }
        explanation.add(ahead: try await ahead(of: ad, schedd))
        return explanation
    }

    /// The analysis, and whether the machines could be read for it.
    private func survey(_ job: ClassAd, _ caller: Caller) async throws(JobsError) -> (RequirementsAnalysis, isSurveyed: Bool) {
        let analysis = RequirementsAnalysis(job)
        guard !client.configuration.collectors.isEmpty else { return (analysis, false) }
        let survey = MachineSurvey(collector: client.collector(as: caller.credential), time: time)
        do {
            // Evaluating requirements for many machines takes time, so it is kept off the caller's event loop.
            return (try await withTaskExecutorPreference(globalConcurrentExecutor) { try await survey.show(to: analysis, job: job) }, true)
        } catch {
            guard let error = error as? CondorError, error.code != .cancelled else { throw JobsError.cancellation }
            return (analysis, false)
        }
    }

    /// The number of the same user's idle jobs that have a higher priority.
    private func ahead(of ad: WireAd, _ schedd: Schedd) async throws(JobsError) -> Int {
        guard let user = ad.string("User") else { return 0 }
        let constraint = ExprTree.conjunction([
            .binary(.equal, .attribute("User"), .string(user)), .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.idle.rawValue)),
            .binary(.greaterThan, .attribute("JobPrio"), .integer(ad.integer("JobPrio") ?? 0)),
        ])
        return try await schedd.ads(.constraint(constraint), projection: ["ProcId"], limit: 1000).count
    }

    /// Explains a job that late materialization has not made yet. Nil if there is no such cluster, or if it will never make this job.
    private func unmade(_ id: JobID, _ schedd: Schedd) async throws(JobsError) -> JobExplanation? {
        var query = JobQuery(constraint: .binary(.equal, .attribute("ClusterId"), .integer(id.cluster)), includesClusterAds: true)
        query.excludesJobAds = true
        let asked = query
        let ads = try await commanding { () async throws(CondorError) in try await schedd.ads(asked) }
        guard let cluster = ads.first(where: { $0.integer("ClusterId") == Int64(id.cluster) && $0.integer("ProcId") ?? -1 < 0 }),
            let next = cluster.integer("JobMaterializeNextProcId"), let total = cluster.integer("TotalSubmitProcs"),
            (next..<max(next, total)).contains(Int64(id.proc))
        else { return nil }
        return JobExplanation(unmade: id, cluster, next: next)
    }
}
