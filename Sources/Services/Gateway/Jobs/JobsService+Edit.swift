import ClassAd
import CondorClient
import CondorProtocol
import Diagnostics
import HTTPMessages
import HTTPTypes
import NIOCore

extension JobsService {
    /// Attributes nobody can change through the gateway: identity and ownership of a job, and what HTCondor keeps from users. The schedd would ignore
    /// changes to some of them without a word (its "secure" attributes), so they are refused here.
    static let immutableAttributes: Set<String> = [
        "clusterid", "procid", "owner", "user", "osuser", "mytype", "targettype", "qdate", "jobuniverse", "totalsubmitprocs",
        "authtokensubject", "authtokenissuer", "authtokengroups", "authtokenid", "authtokenscopes", "authtokenproject",
        "x509userproxysubject", "x509userproxyemail", "x509userproxyvoname", "x509userproxyfirstfqan", "x509userproxyfqan",
    ]

    /// `PATCH /jobs/{id}`
    func edit(_ request: Request, _ caller: Caller, bodyLimit: Int) async throws -> Response {
        let selection = try Self.selection(request)
        let members = try await JSONBody.object(request, limit: bodyLimit) ?? []
        let attributes = try Self.attributes(members)
        var edit = JobEdit(selection, attributes: attributes)
        if let wanted = request.headers[.ifMatch] {
            let ad = try await checkMatch(wanted, selection, caller)
            edit.precondition = { $0.agrees(with: ad) }
        }
        let asked = edit
        do {
            try await askingScheduler(.editing) { () async throws(CondorError) in
                _ = try await schedd(caller).edit(asked)
            }
        } catch let problem as Problem where problem.kind == .wrongState {
            throw Self.changed(selection)
        } catch let problem as Problem where problem.kind == .jobNotFound {
            throw selection.notFound
        } catch let problem as Problem where problem.kind == .notOwner || problem.kind == .notAuthorized {
            throw try await refusal(problem, selection, caller)
        }
        var json = JSONWriter()
        json.beginObject()
        json.name("message")
        json.value("\(Self.name(selection)) edited")
        json.name("job_id")
        json.value(selection.text)
        json.name("attributes")
        json.beginObject()
        for (name, value) in attributes {
            json.name(name)
            value.writeJSON(into: &json)
        }
        json.endObject()
        json.endObject()
        return .bytes(.init(bytes: json.bytes), type: "application/json")
    }

    /// The attributes of a PATCH, all of them checked before anything is sent.
    /// - Parameter prefix: where the object is in the body, as a JSON pointer.
    static func attributes(_ members: [JSONValue.Member], below prefix: String = "") throws(Problem) -> [(name: String, value: ExprTree)] {
        guard !members.isEmpty else {
            throw Problem(.badBody, "An object with at least one attribute is expected", errors: [.init(.pointer(prefix), "no attributes")])
        }
        var wrong: [Problem.Item] = []
        var protected: [Problem.Item] = []
        var seen: Set<String> = []
        var attributes: [(name: String, value: ExprTree)] = []
        for member in members {
            func note(_ text: String) -> Problem.Item {
                .init(.pointer(prefix + "/" + Problem.escapedPointer(member.name)), text, line: member.line, column: member.column)
            }
            guard AttributeNameRule.isName(member.name) else {
                wrong.append(note("'\(member.name.prefix(64))' is no attribute name; letters, digits and _ are expected, and no digit in front"))
                continue
            }
            let key = String(decoding: member.name.utf8.map { AttributeNameRule.lowercased($0) }, as: UTF8.self)
            guard seen.insert(key).inserted else {
                wrong.append(note("\(member.name): given more than once (names differ in case only)"))
                continue
            }
            guard !immutableAttributes.contains(key), !WireAd.isPrivateAttribute(member.name) else {
                protected.append(note("\(member.name) cannot be changed"))
                continue
            }
            do {
                attributes.append((member.name, try ExprTree.fromJSON(member.value)))
            } catch {
                wrong.append(note("\(member.name): \(error.diagnostic.summary)"))
            }
        }
        if !wrong.isEmpty { throw Problem(.badAttribute, wrong.map(\.detail).joined(separator: "; "), errors: wrong) }
        if !protected.isEmpty { throw Problem(.attributeProtected, protected.map(\.detail).joined(separator: "; "), errors: protected) }
        return attributes
    }

    /// The ad that has the entity tag wanted.
    private func checkMatch(_ wanted: String, _ selection: JobSelection, _ caller: Caller) async throws -> WireAd {
        guard case .job(let id) = selection else {
            throw Problem(.badRequest, "If-Match is for one job, not for a cluster", errors: [.init(.parameter("If-Match"), "only for CLUSTER.PROC")])
        }
        let found = try await askingScheduler { () async throws(CondorError) -> WireAd? in try await schedd(caller).job(id) }
        guard let ad = found else { throw selection.notFound }
        var json = JSONWriter()
        ad.writeJSON(into: &json)
        guard Self.matches(wanted, Self.entityTag(json), weakly: false) else { throw Self.changed(selection) }
        return ad
    }

    private static func changed(_ selection: JobSelection) -> Problem {
        Problem(.preconditionFailed, "\(name(selection)) has changed since: its ETag is another one now")
    }

    /// Whether the job is somebody else's, or the scheduler protects the attribute.
    private func refusal(_ problem: Problem, _ selection: JobSelection, _ caller: Caller) async throws -> Problem {
        let found = try await jobs(selection, caller, projection: ["ProcId", "Owner", "User"], limit: nil)
        guard !found.isEmpty else { return selection.notFound }
        if found.contains(where: { !caller.owns($0) }) { return Problem(.notOwner, "\(Self.name(selection)) belongs to somebody else") }
        var other = problem
        other.kind = .attributeProtected
        return other
    }
}

extension WireAd {
    /// Whether both say the same, in whatever order.
    func agrees(with other: WireAd) -> Bool {
        let (mine, others) = (names.filter { !Self.isPrivateAttribute($0) }, other.names.filter { !Self.isPrivateAttribute($0) })
        return mine.count == others.count && others.allSatisfy { rawExpression($0) == other.rawExpression($0) }
    }
}
