package import ClassAd
import CondorClient
package import Diagnostics
import Sandbox
import SubmitDescription

/// A checked submission, ready to be queued.
package struct Submission: Sendable {
    let plan: SubmitPlan
    /// The sandbox that was sent with it; nil if there was none.
    let sandbox: StagedSandbox?
    /// Set if the submission has an idempotency key.
    let stamp: SubmissionStamp?

    /// Whether the jobs will wait for an upload.
    package var awaitsInput: Bool { plan.needsInput && sandbox == nil }
    /// Remarks for the author of the description.
    package var warnings: [Diagnostic] { plan.warnings }
    package var jobCount: Int { plan.procCount }

    /// The ads that would be queued: the cluster's, and the differing attributes of each of the first jobs.
    /// - Throws: `badDescription` if a job's ad cannot be made.
    package func preview(limit: Int) throws(JobsError) -> (clusterAd: ClassAd, procAds: [ClassAd]) {
        do throws(SubmitError) {
            var ads = try plan.ads()
            let clusterAd = ads.clusterAd
            var procAds: [ClassAd] = []
            while procAds.count < limit, let ad = try ads.next() { procAds.append(ad) }
            return (clusterAd, procAds)
        } catch {
            throw JobsError(error)
        }
    }

    /// The jobs' ads, made while they are sent.
    /// - Parameter now: seconds since 1970.
    func ads(now: Int64) -> JobSubmission {
        var submission = JobSubmission { [plan, stamp] cluster throws(CondorError) in
            do throws(SubmitError) {
                var ads = try plan.ads(clusterID: cluster)
                var clusterAd = ads.clusterAd
                stamp?.mark(&clusterAd)
                return JobSubmission.Ads(clusterAd: clusterAd) { () throws(CondorError) in
                    do throws(SubmitError) {
                        return try ads.next()
                    } catch {
                        throw CondorError(.refused, error.firstMistake)
                    }
                }
            } catch {
                throw CondorError(.refused, error.firstMistake)
            }
        }
        if !plan.needsInput { submission.staging = JobSubmission.Staging(time: now, makesDirectories: plan.needsDirectoryAtOnce) }
        return submission
    }
}

extension SubmitPlan {
    /// Whether something is written to a job's spool directory before the job starts, by a user log or a grid manager.
    fileprivate var needsDirectoryAtOnce: Bool { mayKeepUserLog || clusterAd.integer("JobUniverse") == 9 }
}

extension SubmitError {
    /// The first mistake, with its line.
    fileprivate var firstMistake: String {
        diagnostics.first { $0.severity == .error }.map { $0.line > 0 ? "line \($0.line): \($0.summary)" : $0.summary }
            ?? "the description has errors"
    }
}

extension JobsError {
    /// The mistakes in a submit description, each with its position.
    init(_ error: SubmitError) {
        let errors = error.diagnostics.filter { $0.severity == .error }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        self.init(
            .badDescription, error.firstMistake + more,
            findings: errors.map { Finding($0.summary, line: $0.line > 0 ? $0.line : nil, column: $0.column > 0 ? $0.column : nil) })
    }
}

/// A cluster that is in the queue.
package struct QueuedCluster: Sendable, Equatable {
    package var cluster: Int
    /// The jobs are numbered `0 ..< jobCount`.
    package var jobCount: Int
    /// Warnings of the scheduler's submit requirements.
    package var warnings: [String]
    /// Whether an earlier submission with the same key queued the cluster.
    package var isReplay: Bool
}
