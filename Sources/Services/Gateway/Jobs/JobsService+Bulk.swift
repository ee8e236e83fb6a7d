import ClassAd
import CondorClient
import CondorProtocol
import HTTPMessages

extension JobsService {
    /// `DELETE /jobs`
    func removeMatching(_ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(.remove, try await BulkRequest(request, .remove, bodyLimit: JobEndpoints.bulkLimit), caller)
    }

    /// `POST /jobs/{action}`
    func actOnMatching(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(action, try await BulkRequest(request, .action, bodyLimit: JobEndpoints.bulkLimit), caller)
    }

    private func actOnMatching(_ action: JobActionName, _ bulk: BulkRequest, _ caller: Caller) async throws -> Response {
        var matching = try await matching(bulk, caller)
        if bulk.isDryRun { return .json(matching.dryRun(bulk.constraintText)) }
        try Self.check(matching, bulk)
        // Jobs whose input has just arrived are let go a second later; until then nothing but a removal has an effect on them.
        if action != .remove, matching.jobs.contains(where: \.isSpooling), try await isReleasedMeanwhile(.constraint(bulk.constraint), caller) {
            matching = try await self.matching(bulk, caller)
            try Self.check(matching, bulk)
        }

        let command = JobActionRequest(
            action.action, .constraint(bulk.constraint), reason: bulk.reason ?? "via htapi \(action.rawValue)", reasonCode: bulk.reasonCode)
        // With an expected number only the jobs that were counted may be touched.
        let counted = bulk.expected == nil ? nil : Set(matching.jobs.map(\.id))
        var isUnexpected = false
        let result = try await askingScheduler(.acting) { () async throws(CondorError) in
            try await schedd(caller).act(command) { result in
                isUnexpected = counted.map { counted in result.jobs.keys.contains { !counted.contains($0) } } ?? false
                return !isUnexpected
            }
        }
        if isUnexpected { throw Problem(.unexpectedCount, "More jobs match by now than the \(matching.count) expected; nothing was done") }
        let success = result.count(.success)
        if success == 0, matching.ownCount == 0 { throw Self.nobodysOwn(matching) }
        return .json([
            "message": .string("\(success) \(success == 1 ? "job" : "jobs") \(action.done)"),
            "constraint": .string(bulk.constraintText),
            "results": Self.counts(matching.outcomes(of: action, result)),
        ])
    }

    /// `PATCH /jobs`
    func editMatching(_ request: Request, _ caller: Caller, bodyLimit: Int) async throws -> Response {
        let bulk = try await BulkRequest(request, .edit, bodyLimit: bodyLimit)
        let matching = try await matching(bulk, caller)
        if bulk.isDryRun { return .json(matching.dryRun(bulk.constraintText)) }
        try Self.check(matching, bulk)
        let edited = try await edit(matching, bulk, caller)
        var outcomes: [JobActionOutcome: Int] = [.success: edited]
        if edited < matching.count { outcomes[.permissionDenied] = matching.count - edited }
        return .json([
            "message": .string("\(edited) \(edited == 1 ? "job" : "jobs") edited"),
            "constraint": .string(bulk.constraintText),
            "results": Self.counts(outcomes),
            "jobs_edited": .integer(Int64(edited)),
        ])
    }

    /// Edits all jobs, or the caller's own ones if others are not for the caller to change.
    private func edit(_ matching: MatchingJobs, _ bulk: BulkRequest, _ caller: Caller) async throws -> Int {
        func edit(_ onlyMine: Bool) async throws -> Int {
            let expected = bulk.expected.map { _ in onlyMine ? matching.ownCount : matching.count }
            let edit = JobEdit(.constraint(bulk.constraint), attributes: bulk.attributes, onlyMine: onlyMine, expectedCount: expected)
            do {
                return try await askingScheduler(.editing) { () async throws(CondorError) in try await schedd(caller).edit(edit) }
            } catch let problem as Problem where problem.kind == .wrongState {
                throw Problem(.unexpectedCount, "\(problem.detail); nothing was done")
            } catch let problem as Problem where problem.kind == .jobNotFound {
                throw onlyMine ? Self.nobodysOwn(matching) : JobSelection.constraint(bulk.constraint).notFound
            }
        }
        do {
            return try await edit(false)
        } catch var problem as Problem where problem.kind == .notOwner || problem.kind == .notAuthorized {
            if matching.ownCount < matching.count {
                if matching.ownCount == 0 { throw Self.nobodysOwn(matching) }
                do {
                    return try await edit(true)
                } catch let second as Problem {
                    problem = second
                }
            }
            if problem.kind == .notOwner { problem.kind = .attributeProtected }
            throw problem
        }
    }

    /// The jobs that match now. The first question of a bulk operation, so it also shows whether the scheduler accepts the caller.
    private func matching(_ bulk: BulkRequest, _ caller: Caller) async throws -> MatchingJobs {
        let batches = schedd(caller).jobs(JobQuery(constraint: bulk.constraint, projection: MatchingJobs.projection))
        return try await askingScheduler { () async throws(CondorError) in
            var found = MatchingJobs()
            for try await ads in batches {
                for ad in ads { found.add(ad, isOwn: caller.owns(ad)) }
            }
            return found
        }
    }

    private static func check(_ matching: MatchingJobs, _ bulk: BulkRequest) throws(Problem) {
        if let expected = bulk.expected, expected != matching.count {
            let found = matching.count == 1 ? "1 job matches" : "\(matching.count) jobs match"
            throw Problem(.unexpectedCount, "\(found) instead of the \(expected) expected; nothing was done")
        }
        guard matching.count > 0 else { throw JobSelection.constraint(bulk.constraint).notFound }
    }

    private static func nobodysOwn(_ matching: MatchingJobs) -> Problem {
        Problem(
            .notOwner,
            matching.count == 1 ? "The job that matches belongs to somebody else" : "All \(matching.count) jobs that match belong to others")
    }
}
