import ClassAd
import CondorClient
import CondorModel
import JSON
import Testing

@testable import Jobs

/// Edits of attributes.
@Suite struct EditServiceTests {
    private let scheduler = ScriptedScheduler()
    private let edits: EditService

    init() {
        edits = EditService { [scheduler] _ in scheduler }
    }

    private func attributes(_ json: String) throws -> AttributeEdits {
        guard case .object(let members) = try JSONValue.parse(Array(json.utf8)) else { throw CondorError(.refused, json) }
        return try AttributeEdits(members)
    }

    @Test func allMistakesAreToldAtOnce() async throws {
        let wrong = await failure { _ = try attributes(#"{"1a": 1, "JobPrio": 1, "jobprio": 2, "Owner": "bob", "X": {"expr": "("}}"#) }
        #expect(wrong?.code == .badAttribute && wrong?.findings.map(\.attribute) == ["1a", "jobprio", "X"])
        #expect(wrong?.findings.first?.line == 1 && wrong?.findings.first?.column == 2)
        let protected = await failure { _ = try attributes(#"{"JobPrio": 1, "oWner": "bob", "ClusterId": 1}"#) }
        #expect(protected?.code == .attributeProtected && protected?.findings.map(\.attribute) == ["oWner", "ClusterId"])
        #expect(try attributes(#"{"A": null, "B": {"expr": "C + 1"}}"#).attributes.map { $0.value.unparsed(.new) } == ["undefined", "C + 1"])
    }

    @Test func aJobIsEdited() async throws {
        let id = try scheduler.add("7.0", "JobPrio=0")
        try await edits.edit(.job(id), try attributes(#"{"JobPrio": 5}"#), try Sample.caller())
        #expect(scheduler.attribute("JobPrio", of: id) == .integer(5))
    }

    @Test func onlyTheJobThatWasSeenIsEdited() async throws {
        let id = try scheduler.add("7.0", "JobPrio=0")
        let caller = try Sample.caller()
        let prio = try attributes(#"{"JobPrio": 5}"#)
        #expect(await failure { try await edits.edit(id, prio, if: { _ in false }, caller) }?.code == .jobChanged)
        // It changes between the look and the edit.
        let error = await failure {
            try await edits.edit(
                id, prio,
                if: { _ in
                    scheduler.change { $0.jobs[id]?.set("JobPrio", 1) }
                    return true
                }, caller)
        }
        #expect(error?.code == .jobChanged && scheduler.attribute("JobPrio", of: id) == .integer(1))
        try await edits.edit(id, prio, if: { $0.integer("JobPrio") == 1 }, caller)
        #expect(scheduler.attribute("JobPrio", of: id) == .integer(5))
    }

    @Test func whyAnEditWasRefused() async throws {
        let own = try scheduler.add("7.0")
        let others = try scheduler.add("8.0", "User=\"bob@pool.test\"")
        let caller = try Sample.caller()
        let prio = try attributes(#"{"JobPrio": 5}"#)
        func refusal(_ selection: JobSelection) async -> JobsError? { await failure { try await edits.edit(selection, prio, caller) } }
        #expect(await refusal(.cluster(9))?.code == .clusterNotFound)
        scheduler.change { $0.editFailure = CondorError(.permissionDenied, "no", attribute: "JobPrio") }
        #expect(await refusal(.job(others))?.code == .notOwner)
        let protected = await refusal(.job(own))
        #expect(protected?.code == .attributeProtected && protected?.findings.map(\.attribute) == ["JobPrio"])
        scheduler.change { $0.editFailure = CondorError(.refused, "not a number", attribute: "JobPrio") }
        let refused = await refusal(.job(own))
        #expect(refused?.code == .commandFailed && refused?.command == .editing && refused?.findings.map(\.attribute) == ["JobPrio"])
    }

    @Test func jobsThatMatch() async throws {
        let own = try scheduler.add("7.0")
        try scheduler.add("8.0", "User=\"bob@pool.test\"")
        let caller = try Sample.caller()
        let prio = try attributes(#"{"JobPrio": 5}"#)
        let result = try await edits.edit(matching: MatchingRequest(.boolean(true), expected: 2), prio, caller)
        #expect(result == (2, 2))
        #expect(
            await failure { _ = try await edits.edit(matching: MatchingRequest(.boolean(true), expected: 3), prio, caller) }?.code == .unexpectedCount
        )
        #expect(await failure { _ = try await edits.edit(matching: MatchingRequest(.boolean(false)), prio, caller) }?.code == .noJobsMatched)
        scheduler.change { $0.editFailure = CondorError(.permissionDenied, "no", attribute: "JobPrio") }
        let error = await failure { _ = try await edits.edit(matching: MatchingRequest(.boolean(true)), prio, caller) }
        #expect(error?.code == .attributeProtected && scheduler.state.edits.last?.onlyMine == true)
        scheduler.change { $0.jobs[own] = nil }
        #expect(await failure { _ = try await edits.edit(matching: MatchingRequest(.boolean(true)), prio, caller) }?.code == .notOwner)
    }
}
