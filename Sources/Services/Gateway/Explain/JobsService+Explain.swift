import ClassAd
import CondorClient
import CondorProtocol
import Glibc
import HTTPMessages
import NIOCore

extension JobsService {
    /// `GET /jobs/{id}/explain`
    func explain(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        guard let ad = try await jobs(.job(id), caller, projection: [], limit: 1).first else {
            guard let explanation = try await unmade(id, caller) else { throw JobSelection.job(id).notFound }
            return .json(explanation.json(id))
        }
        let job = ad.classAd()
        let status = ad.integer("JobStatus").flatMap(JobStatus.init)
        guard status == .idle else { return .json(JobExplanation(job, status, now: Int64(time(nil))).json(id)) }
        var explanation = JobExplanation(waiting: job, now: Int64(time(nil)))
        if JobExplanation.isMatched(job) {
            // Evaluating for many machines takes a while: not on the connection's event loop.
            let (analysis, isSurveyed) = try await withTaskExecutorPreference(globalConcurrentExecutor) { try await survey(job, caller) }
            explanation.add(analysis, isSurveyed: isSurveyed)
        }
        try await explanation.add(ahead: ahead(of: ad, caller))
        return .json(explanation.json(id))
    }

    /// The analysis, and whether machines could be looked at for it.
    private func survey(_ job: ClassAd, _ caller: Caller) async throws -> (RequirementsAnalysis, isSurveyed: Bool) {
        let analysis = RequirementsAnalysis(job)
        guard !client.configuration.collectors.isEmpty else { return (analysis, false) }
        do throws(CondorError) {
            return (try await MachineSurvey(collector: client.collector(as: caller.credential)).show(to: analysis, job: job), true)
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            return (analysis, false)
        }
    }

    /// How many idle jobs of the same user have a higher priority.
    private func ahead(of ad: WireAd, _ caller: Caller) async throws -> Int {
        guard let user = ad.string("User") else { return 0 }
        let constraint = ExprTree.conjunction([
            .binary(.equal, .attribute("User"), .string(user)), .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.idle.rawValue)),
            .binary(.greaterThan, .attribute("JobPrio"), .integer(ad.integer("JobPrio") ?? 0)),
        ])
        return try await jobs(.constraint(constraint), caller, projection: ["ProcId"], limit: 1000).count
    }

    /// Of a job that its cluster has not made yet; nil if there is no such cluster, or it will make no such job.
    private func unmade(_ id: JobID, _ caller: Caller) async throws -> JobExplanation? {
        var question = JobQuery(constraint: .binary(.equal, .attribute("ClusterId"), .integer(id.cluster)), includesClusterAds: true)
        question.excludesJobAds = true
        let batches = schedd(caller).jobs(question)
        let found = try await askingScheduler { () async throws(CondorError) in
            var found: WireAd?
            for try await ads in batches {
                found = found ?? ads.first { $0.integer("ClusterId") == Int64(id.cluster) && $0.integer("ProcId") ?? -1 < 0 }
            }
            return found
        }
        guard let cluster = found, let next = cluster.integer("JobMaterializeNextProcId"), let total = cluster.integer("TotalSubmitProcs"),
            (next..<max(next, total)).contains(Int64(id.proc))
        else { return nil }
        return JobExplanation(unmade: id, cluster, next: next)
    }
}
