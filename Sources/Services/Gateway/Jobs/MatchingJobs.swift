import ClassAd
import CondorProtocol
import HTTPMessages

/// The jobs a constraint selects at a moment, as far as a bulk operation has to know them.
struct MatchingJobs: Sendable {
    struct Job: Sendable {
        var id: JobID
        var status: JobStatus?
        /// As far as the caller's token tells.
        var isOwn: Bool
        /// It still shows the hold that waits for its input.
        var isSpooling: Bool
    }

    static let projection = ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "Owner", "User"]
    /// Ids that a dry run lists.
    private static let listed = 1000

    private(set) var jobs: [Job] = []
    private var owners: [String: Int] = [:]

    var count: Int { jobs.count }
    var ownCount: Int { jobs.count { $0.isOwn } }

    mutating func add(_ ad: WireAd, isOwn: Bool) {
        guard let id = JobID(ad) else { return }
        let status = ad.integer("JobStatus").flatMap(JobStatus.init)
        let isSpooling = status == .held && ad.integer("HoldReasonCode") == HoldReasonCode.spoolingInput
        jobs.append(Job(id: id, status: status, isOwn: isOwn, isSpooling: isSpooling))
        owners[ad.string("Owner") ?? "unknown", default: 0] += 1
    }

    /// Each job's outcome, counted: what the scheduler said, and for jobs it passed over since their state does not fit the action, their state.
    func outcomes(of action: JobActionName, _ result: JobActionResult) -> [JobActionOutcome: Int] {
        var counts = result.totals
        for job in jobs where result.jobs[job.id] == nil {
            let outcome: JobActionOutcome = !job.isOwn ? .permissionDenied : action == .remove && job.status == .removed ? .alreadyDone : .badStatus
            counts[outcome, default: 0] += 1
        }
        return counts
    }

    /// The answer of a dry run.
    func dryRun(_ constraint: String) -> JSON {
        let ids = jobs.map(\.id).sorted().prefix(Self.listed)
        let statuses = jobs.reduce(into: [String: Int]()) { $0[$1.status.map { "\($0)" } ?? "unknown", default: 0] += 1 }
        func object(_ counts: [String: Int]) -> JSON {
            .object(JSON.Object(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) }))
        }
        return [
            "dry_run": true,
            "constraint": .string(constraint),
            "matched": .integer(Int64(count)),
            "job_ids": .array(ids.map { .string($0.description) }),
            "by_owner": object(owners),
            "by_status": object(statuses),
        ]
    }
}
