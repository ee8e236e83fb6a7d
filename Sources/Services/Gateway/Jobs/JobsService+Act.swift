import Cedar
import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages

extension JobsService {
    /// What `POST /jobs/{ids}/{action}` and `DELETE /jobs/{ids}` can be told.
    private struct Wish {
        var reason: String?
        var code: Int?

        init(_ request: Request, withCode: Bool) async throws {
            let members = try await JSONBody.object(request, limit: 65_536) ?? []
            try JSONBody.refuseUnknown(members, known: withCode ? ["reason", "reason_code"] : ["reason"])
            reason = try JSONBody.string("reason", in: members)
            code = try JSONBody.integer("reason_code", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
            try JobsService.checkReason(reason)
        }
    }

    /// The most bytes a reason may have.
    private static let maximumReason = 4096

    static func checkReason(_ reason: String?) throws(Problem) {
        guard let reason, reason.utf8.count > maximumReason || reason.utf8.contains(0) else { return }
        let detail = "reason: at most \(maximumReason) bytes without NUL are expected"
        throw Problem(.badBody, detail, errors: [.init(.pointer("/reason"), detail)])
    }

    /// `DELETE /jobs/{id}`
    func remove(_ request: Request, _ caller: Caller) async throws -> Response {
        var wish = try await Wish(request, withCode: false)
        if let reason = try request.query(JobEndpoints.reason) { wish.reason = reason }
        return try await act(.remove, wish, try Self.selection(request), caller)
    }

    /// `POST /jobs/{id}/{action}`
    func act(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        try await act(action, try await Wish(request, withCode: true), try Self.selection(request), caller)
    }

    private func act(_ action: JobActionName, _ wish: Wish, _ selection: JobSelection, _ caller: Caller) async throws -> Response {
        let target: JobActionRequest.Target
        if case .job(let id) = selection { target = .jobs([id]) } else { target = .constraint(selection.expression) }
        var command = JobActionRequest(action.action, target, reason: wish.reason ?? "via htapi \(action.rawValue)", reasonCode: wish.code)
        if case .constraint = target { command.wantsEachJob = false }
        let asked = command
        var result = try await askingScheduler(.acting) { () async throws(CondorError) in try await schedd(caller).act(asked) }
        if result.count(.success) == 0, try await isReleasedMeanwhile(selection, caller) {
            result = try await askingScheduler(.acting) { () async throws(CondorError) in try await schedd(caller).act(asked) }
        }
        if result.count(.success) == 0 { throw try await refusal(action, result, selection, caller) }
        return .json([
            "message": .string(Self.message(action, result, selection)),
            "job_id": .string(selection.text),
            "results": Self.counts(result),
        ])
    }

    /// Waits for jobs whose input has just arrived, but which the schedd still shows as held for it: it lets them go about a second later, and until then nothing else
    /// can be done with them. False when there are none.
    func isReleasedMeanwhile(_ selection: JobSelection, _ caller: Caller) async throws -> Bool {
        let isRecent = spools.contains { id in
            switch selection {
            case .job(let job): id == job
            case .cluster(let cluster): id.cluster == cluster
            case .constraint: true
            }
        }
        guard isRecent else { return false }
        let spooling = ExprTree.conjunction([
            selection.expression,
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.held.rawValue)),
            .binary(.equal, .attribute("HoldReasonCode"), .integer(HoldReasonCode.spoolingInput)),
        ])
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while clock.now < end, !(try await jobs(.constraint(spooling), caller, projection: ["ProcId"], limit: 1).isEmpty) {
            try await Task.sleep(for: .milliseconds(100))
        }
        return true
    }

    private static func message(_ action: JobActionName, _ result: JobActionResult, _ selection: JobSelection) -> String {
        if case .job(let id) = selection { return "Job \(id) \(action.done)" }
        let count = result.count(.success)
        return "\(count) \(count == 1 ? "job" : "jobs") of cluster \(selection.text) \(action.done)"
    }

    static func counts(_ result: JobActionResult) -> JSON { counts(result.totals) }

    static func counts(_ outcomes: [JobActionOutcome: Int]) -> JSON {
        func count(_ outcome: JobActionOutcome) -> Int64 { Int64(outcomes[outcome] ?? 0) }
        return [
            "total": .integer(Int64(outcomes.values.reduce(0, +))),
            "success": .integer(count(.success)),
            "not_found": .integer(count(.notFound)),
            "permission_denied": .integer(count(.permissionDenied)),
            "bad_status": .integer(count(.badStatus)),
            "already_done": .integer(count(.alreadyDone)),
            "error": .integer(count(.error) + count(.limitExceeded)),
        ]
    }

    /// Why nothing was done.
    ///
    /// The outcomes of ACT_ON_JOBS alone do not say: with a constraint the schedd leaves out jobs in the wrong state without a word, and
    /// "permission denied" also stands for holding a job that is completed. So the jobs themselves are looked at.
    private func refusal(
        _ action: JobActionName, _ result: JobActionResult, _ selection: JobSelection, _ caller: Caller
    ) async throws -> Problem {
        let found = try await jobs(selection, caller, projection: ["ClusterId", "ProcId", "JobStatus", "Owner", "User"], limit: 1)
        guard let ad = found.first, let example = JobID(ad) else { return selection.notFound }
        if result.count(.limitExceeded) > 0 { return Problem(.schedulerLimit, "A limit of the scheduler does not allow it now") }
        if !caller.owns(ad) {
            var isDenied = result.count(.permissionDenied) > 0
            // Of jobs in the wrong state it does not say whether the caller might touch them otherwise.
            if !isDenied, case .cluster = selection { isDenied = try await !givesSandbox(of: example, caller) }
            if isDenied { return Problem(.notOwner, "\(Self.name(selection)) belongs to somebody else") }
        }
        let status = ad.integer("JobStatus").flatMap(JobStatus.init)
        let state = status.map { "\($0)" } ?? "in an unknown state"
        if case .job(let id) = selection { return Problem(.wrongState, "Job \(id) is \(state); it cannot be \(action.done)") }
        return Problem(.wrongState, "No job of cluster \(selection.text) is in a state in which it could be \(action.done)")
    }

    static func name(_ selection: JobSelection) -> String {
        switch selection {
        case .job(let id): "Job \(id)"
        case .cluster(let cluster): "Cluster \(cluster)"
        case .constraint: "The job"
        }
    }
}

extension Caller {
    /// Whether the job is the caller's own, as far as the token's subject tells: the scheduler decides, this only chooses the words of a refusal.
    func owns(_ ad: WireAd) -> Bool {
        guard case .token(let token) = credential, let subject = token.subject else { return false }
        if ad.string("User") == subject { return true }
        let name = subject.split(separator: "@", maxSplits: 1).first.map(String.init)
        return ad.string("User") == nil && ad.string("Owner") == name
    }
}
