import Cedar
import ClassAd
import CondorClient
import CondorProtocol
import Diagnostics
import Glibc
import HTTPKit
import HTTPTypes
import NIOCore
import SubmitDescription

extension JobsService {
    /// `POST /jobs`
    func submit(_ request: Request, _ caller: Caller, bodyLimit: Int) async throws -> Response {
        let text = try await Self.description(request, bodyLimit)
        let plan = try await plan(text, caller)
        let submitted = try await submit(plan, caller)
        let ids = submitted.jobs
        if !plan.needsInput { try await release(ids, caller) }
        let warnings = plan.warnings.map(Self.json) + submitted.warnings.map { ["message": .string($0)] as JSON }
        return .json(
            [
                "cluster_id": .integer(Int64(submitted.cluster)),
                "job_ids": .array(ids.map { .string($0.description) }),
                "awaiting_input": .bool(plan.needsInput),
                "warnings": .array(warnings),
            ], status: .created, headers: [.location: "/api/v1/jobs/\(submitted.cluster)"])
    }

    /// The text of the submit description, whichever way it was sent.
    private static func description(_ request: Request, _ limit: Int) async throws -> [UInt8] {
        guard request.contentType == "application/json" else {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        }
        let members = try await JSONBody.object(request, limit: limit) ?? []
        try JSONBody.refuseUnknown(members, known: ["submit_file"])
        guard let text = try JSONBody.string("submit_file", in: members) else {
            throw Problem(.badBody, "submit_file: the text of a submit description is expected", errors: [.init(.pointer("/submit_file"), "missing")])
        }
        return Array(text.utf8)
    }

    /// Reads a description; every mistake is told with its place.
    private func plan(_ text: [UInt8], _ caller: Caller) async throws -> SubmitPlan {
        var parameters = SubmitParameters()
        parameters.submitTime = Int64(time(nil))
        parameters.submitMethod = Self.submitMethod
        parameters.configuration["UID_DOMAIN"] = uidDomain
        parameters.submitter = caller.userName ?? ""
        parameters.jobLimit = Self.jobLimit
        if let version = try? await client.scheddAddress().version { parameters.scheddVersion = version }
        let plan: SubmitPlan
        do {
            plan = try SubmitDescription.parse(bytes: text, mode: .remote, parameters: parameters)
        } catch {
            throw Self.problem(error)
        }
        guard plan.factory == nil else {
            throw Problem(
                .submitSyntax, "max_materialize and max_idle: late materialization is not available here; leave them out and all jobs are queued at once")
        }
        guard plan.procCount > 0 else { throw Problem(.submitSyntax, "The description queues no jobs: it has no queue statement, or an empty one") }
        return plan
    }

    /// `JobSubmitMethod` of jobs submitted through the gateway; numbers from 100 on are free for portals.
    static let submitMethod: Int64 = 100
    /// Jobs one submission may queue.
    static let jobLimit = 100_000

    private func submit(_ plan: SubmitPlan, _ caller: Caller) async throws -> SubmittedCluster {
        let submission = JobSubmission { cluster throws(CondorError) in
            do throws(SubmitError) {
                var ads = try plan.ads(clusterID: cluster)
                return JobSubmission.Ads(clusterAd: ads.clusterAd) { () throws(CondorError) in
                    do throws(SubmitError) {
                        return try ads.next()
                    } catch {
                        throw Self.refusal(error)
                    }
                }
            } catch {
                throw Self.refusal(error)
            }
        }
        return try await askingScheduler(.submitting) { () async throws(CondorError) in try await schedd(caller).submit(submission) }
    }

    /// Lets jobs that need no input go: an empty sandbox is all they wait for.
    private func release(_ ids: [JobID], _ caller: Caller) async throws {
        _ = spools.begin(ids)
        do throws(CondorError) {
            _ = try await schedd(caller).spool(ids, files: [])
            spools.end(ids, delivered: true)
        } catch {
            spools.end(ids, delivered: false)
            let problem = Problem(error, .spooling)
            throw Problem(
                problem.kind, "Cluster \(ids.first.map { String($0.cluster) } ?? "") was queued, but its jobs could not be released, so the scheduler removes them: \(problem.detail)",
                headers: problem.headers)
        }
    }

    private static func refusal(_ error: SubmitError) -> CondorError {
        CondorError(.refused, error.diagnostics.first.map { $0.line > 0 ? "line \($0.line): \($0.summary)" : $0.summary } ?? "the description has errors")
    }

    private static func problem(_ error: SubmitError) -> Problem {
        let errors = error.diagnostics.filter { $0.severity == .error }
        let first = errors.first.map { $0.line > 0 ? "line \($0.line): \($0.summary)" : $0.summary } ?? "the description has errors"
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return Problem(
            .submitSyntax, first + more,
            errors: errors.map { .init(.body, $0.summary, line: $0.line > 0 ? $0.line : nil, column: $0.column > 0 ? $0.column : nil) })
    }

    private static func json(_ warning: Diagnostic) -> JSON {
        var object: JSON.Object = ["message": .string(warning.summary)]
        if warning.line > 0 { object.append("line", .integer(Int64(warning.line))) }
        if warning.column > 0 { object.append("column", .integer(Int64(warning.column))) }
        return .object(object)
    }
}

extension Caller {
    /// The user's name without domain, as far as the token tells.
    var userName: String? {
        guard case .token(let token) = credential else { return nil }
        return token.subject?.split(separator: "@", maxSplits: 1).first.map(String.init)
    }
}
