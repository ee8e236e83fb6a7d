import ClassAd
import CondorClient
package import CondorProtocol

extension ActionService {
    /// The jobs that an operation would be about.
    package func matching(_ request: MatchingRequest, _ caller: Caller) async throws(JobsError) -> MatchingJobs {
        try await scheduler(caller).matching(request, caller)
    }

    /// Acts on all jobs that match.
    /// - Returns: how many jobs had which outcome, perhaps none of them success.
    /// - Throws: `noJobsMatched`, `unexpectedCount`, `notOwner` when all jobs are others', `commandFailed`, `cancelled`. Nothing was done then.
    package func act(
        _ action: JobActionName, onMatching request: MatchingRequest, reason: String?, reasonCode: Int?, _ caller: Caller
    ) async throws(JobsError) -> [JobActionOutcome: Int] {
        let scheduler = scheduler(caller)
        var matching = try await scheduler.matching(request, caller)
        try matching.check(against: request)
        // Jobs whose input has just arrived are released a second later; until then nothing but a removal has an effect on them.
        if action != .remove, matching.jobs.contains(where: \.isSpooling),
            try await input.waitUntilReleased(.constraint(request.constraint), caller)
        {
            matching = try await scheduler.matching(request, caller)
            try matching.check(against: request)
        }
        let command = JobActionRequest(
            action.action, .constraint(request.constraint), reason: reason ?? action.ownReason, reasonCode: reasonCode)
        // With an expected number only the jobs that were counted may be touched.
        let counted = request.expected == nil ? nil : Set(matching.jobs.map(\.id))
        var isUnexpected = false
        let result = try await commanding(.acting) { () async throws(CondorError) in
            try await scheduler.act(command) { result in
                isUnexpected = counted.map { counted in result.jobs.keys.contains { !counted.contains($0) } } ?? false
                return !isUnexpected
            }
        }
        if isUnexpected { throw JobsError(.unexpectedCount, "More jobs match by now than the \(matching.count) expected; nothing was done") }
        if result.count(.success) == 0, matching.ownCount == 0 { throw matching.notOwner }
        return matching.outcomes(of: action, result)
    }
}
