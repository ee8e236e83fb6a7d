package import ClassAd
import CondorClient
package import CondorModel

/// Edits attributes of jobs, all or none.
package struct EditService: Sendable {
    private let scheduler: @Sendable (Caller) -> any Scheduler

    package init(scheduler: @escaping @Sendable (Caller) -> any Scheduler) {
        self.scheduler = scheduler
    }

    /// Edits a job or a cluster.
    /// - Throws: `jobNotFound`, `clusterNotFound`, `notOwner`, `attributeProtected`, `commandFailed`, `cancelled`. Nothing was changed then.
    package func edit(_ selection: JobSelection, _ edits: AttributeEdits, _ caller: Caller) async throws(JobsError) {
        try await edit(JobEdit(selection, attributes: edits.attributes), caller)
    }

    /// Edits a job if it has not changed since the caller read it. Of several such edits at the same time, only one succeeds.
    /// - Parameter isAsSeen: whether the job's whole ad is the one that the caller has read.
    /// - Throws: the errors of ``edit(_:_:_:)``, and `jobChanged`.
    package func edit(_ id: JobID, _ edits: AttributeEdits, if isAsSeen: (WireAd) -> Bool, _ caller: Caller) async throws(JobsError) {
        guard let ad = try await scheduler(caller).ads(.job(id), projection: []).first else { throw .notFound(.job(id)) }
        guard isAsSeen(ad) else { throw Self.changed(.job(id)) }
        var edit = JobEdit(.job(id), attributes: edits.attributes)
        edit.precondition = { $0.agrees(with: ad) }
        try await self.edit(edit, caller)
    }

    private func edit(_ edit: JobEdit, _ caller: Caller) async throws(JobsError) {
        let scheduler = scheduler(caller)
        do throws(CondorError) {
            try await scheduler.edit(edit)
        } catch {
            switch error.code {
            case .wrongState: throw Self.changed(edit.selection)
            case .notFound: throw .notFound(edit.selection)
            case .permissionDenied: throw try await refusal(JobsError(error, .editing), edit.selection, scheduler, caller)
            default: throw JobsError(error, .editing)
            }
        }
    }

    private static func changed(_ selection: JobSelection) -> JobsError {
        JobsError(.jobChanged, "\(selection.subject) has changed since")
    }

    /// Distinguishes a job of somebody else from an attribute that the scheduler protects.
    private func refusal(
        _ failure: JobsError, _ selection: JobSelection, _ scheduler: any Scheduler, _ caller: Caller
    ) async throws(JobsError) -> JobsError {
        let found = try await scheduler.ads(selection, projection: ["ProcId", "Owner", "User"])
        guard !found.isEmpty else { return .notFound(selection) }
        if found.contains(where: { !caller.owns($0) }) { return .notOwner(selection) }
        return failure.protectingAttribute
    }

    // MARK: Jobs that match a constraint

    /// The jobs that an operation would affect.
    package func matching(_ request: MatchingRequest, _ caller: Caller) async throws(JobsError) -> MatchingJobs {
        try await scheduler(caller).matching(request, caller)
    }

    /// Edits all jobs that match. If the caller may not change some of them, edits only the caller's own.
    /// - Returns: the number of jobs that were edited, and the number that matched.
    /// - Throws: `noJobsMatched`, `unexpectedCount`, `notOwner`, `attributeProtected`, `commandFailed`, `cancelled`. Nothing was changed then.
    package func edit(
        matching request: MatchingRequest, _ edits: AttributeEdits, _ caller: Caller
    ) async throws(JobsError) -> (edited: Int, matched: Int) {
        let scheduler = scheduler(caller)
        let matching = try await scheduler.matching(request, caller)
        try matching.check(against: request)
        do throws(JobsError) {
            return (try await edit(matching, request, edits, onlyMine: false, scheduler), matching.count)
        } catch {
            guard error.cause?.code == .permissionDenied else { throw error }
            guard matching.ownCount < matching.count else { throw error.protectingNamedAttribute }
            if matching.ownCount == 0 { throw matching.notOwner }
        }
        do throws(JobsError) {
            return (try await edit(matching, request, edits, onlyMine: true, scheduler), matching.count)
        } catch {
            throw error.protectingNamedAttribute
        }
    }

    private func edit(
        _ matching: MatchingJobs, _ request: MatchingRequest, _ edits: AttributeEdits, onlyMine: Bool, _ scheduler: any Scheduler
    ) async throws(JobsError) -> Int {
        let expected = request.expected.map { _ in onlyMine ? matching.ownCount : matching.count }
        let selection = JobSelection.constraint(request.constraint)
        do throws(CondorError) {
            return try await scheduler.edit(JobEdit(selection, attributes: edits.attributes, onlyMine: onlyMine, expectedCount: expected))
        } catch {
            switch error.code {
            case .wrongState: throw JobsError(.unexpectedCount, "\(JobsError(error, .editing).reason); nothing was done")
            case .notFound: throw onlyMine ? matching.notOwner : .notFound(selection)
            default: throw JobsError(error, .editing)
            }
        }
    }
}

extension JobsError {
    /// The error when an edit of the caller's own jobs is refused.
    fileprivate var protectingAttribute: JobsError {
        JobsError(.attributeProtected, reason, findings: findings, cause: cause)
    }

    /// The same if the scheduler named an attribute; otherwise self, since the scheduler refused the caller.
    fileprivate var protectingNamedAttribute: JobsError {
        cause?.code == .permissionDenied && cause?.attribute != nil ? protectingAttribute : self
    }
}

extension WireAd {
    /// Whether both ads have the same attributes and values, in any order.
    fileprivate func agrees(with other: WireAd) -> Bool {
        let (mine, others) = (names.filter { !Self.isPrivateAttribute($0) }, other.names.filter { !Self.isPrivateAttribute($0) })
        return mine.count == others.count && others.allSatisfy { rawExpression($0) == other.rawExpression($0) }
    }
}
