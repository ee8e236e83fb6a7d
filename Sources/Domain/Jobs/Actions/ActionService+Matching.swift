import ClassAd
import CondorClient
import CondorModel
package import CondorProtocol

extension ActionService {
    /// The jobs that an operation would affect.
    package func matching(_ request: MatchingRequest, _ caller: Caller) async throws(JobsError) -> MatchingJobs {
        try await scheduler(caller).matching(request, caller)
    }

    /// Acts on all jobs that match.
    /// - Returns: the number of jobs with each outcome; there may be no success among them.
    /// - Throws: `noJobsMatched`, `unexpectedCount`, `notOwner` when every job belongs to somebody else, `commandFailed`, `cancelled`. Nothing was
    ///   done then.
    package func act(
        _ action: JobActionName, onMatching request: MatchingRequest, reason: String?, reasonCode: Int?, _ caller: Caller
    ) async throws(JobsError) -> [JobActionOutcome: Int] {
        let scheduler = scheduler(caller)
        var matching = try await scheduler.matching(request, caller)
        try matching.check(against: request)
        // The schedd releases a job about a second after its input has arrived. Until then only a removal affects it.
        if action != .remove, matching.jobs.contains(where: \.isSpooling),
            try await input.waitUntilReleased(.constraint(request.constraint), caller)
        {
            matching = try await scheduler.matching(request, caller)
            try matching.check(against: request)
        }
        let command = JobActionRequest(
            action.action, .constraint(request.constraint), reason: reason ?? action.ownReason, reasonCode: reasonCode)
        // With an expected number, only the jobs that were counted may be changed.
        let counted = request.expected == nil ? nil : Set(matching.jobs.map(\.id))
        var isUnexpected = false
        let result = try await commanding(.acting) { () async throws(CondorError) in
            try await scheduler.act(command) { result in
                isUnexpected = counted.map { counted in result.jobs.keys.contains { !counted.contains($0) } } ?? false
                return !isUnexpected
            }
        }
        if isUnexpected { throw JobsError(.unexpectedCount, "More jobs match now than the \(matching.count) expected; nothing was done") }
        if result.count(.success) == 0, matching.ownCount == 0 { throw matching.notOwner }
        return matching.outcomes(of: action, result)
    }
}
