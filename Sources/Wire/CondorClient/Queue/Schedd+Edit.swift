import Cedar
package import ClassAd
package import CondorModel
import CondorProtocol

/// Attributes to change, and whose.
package struct JobEdit: Sendable {
    package var selection: JobSelection
    /// In this order; assigned in every job selected.
    package var attributes: [(name: String, value: ExprTree)]
    /// With a cluster or a constraint: leave out the jobs of others. Otherwise one job of somebody else refuses the whole edit. Of no
    /// effect for queue super users, and where the schedd's CONDOR_Q_ONLY_MY_JOBS is false.
    package var onlyMine: Bool
    /// The edit is given up, and nothing changed, unless it reaches exactly so many jobs; nil: any number.
    package var expectedCount: Int?
    /// Of one job: the edit is given up, and nothing changed, unless this is true of the job's ad. The schedd does nothing else between this look
    /// and the edit.
    package var precondition: (@Sendable (WireAd) -> Bool)?

    package init(
        _ selection: JobSelection, attributes: [(name: String, value: ExprTree)], onlyMine: Bool = false, expectedCount: Int? = nil
    ) {
        self.selection = selection
        self.attributes = attributes
        self.onlyMine = onlyMine
        self.expectedCount = expectedCount
    }
}

extension Schedd {
    /// Changes attributes of jobs: all of them or none.
    ///
    /// Returns the number of jobs changed. Throws `notFound` when no job is selected, `permissionDenied` for somebody else's job or an immutable or
    /// protected attribute, `refused` for an attribute name or value the schedd cannot keep (the error names the attribute); `wrongState` when
    /// another number of jobs than expected is selected, or the precondition is not true.
    @discardableResult
    package func edit(_ edit: JobEdit) async throws(CondorError) -> Int {
        guard !edit.attributes.isEmpty else { return 0 }
        var assignments: [[UInt8]] = []
        assignments.reserveCapacity(edit.attributes.count)
        for (name, value) in edit.attributes { assignments.append(try Self.message(edit.assignment(name: name, value: value))) }
        let look = try edit.precondition.map { _ throws(CondorError) in
            // Parentheses keep the meaning whatever the schedd joins to the text.
            try Self.message(.getJobByConstraint("(" + edit.selection.expression.wireText + ")"))
        }
        let connection = try await open(.queueManagementWrite, first: look.map { [$0] } ?? assignments)
        defer { connection.close() }
        var reader = MessageReader(connection)
        if let precondition = edit.precondition {
            guard case .ad(let ad) = try await reader.message({ message throws(CedarError) in try QueueAdReply(from: &message) }) else {
                throw CondorError(.notFound, "there is no such job")
            }
            guard precondition(ad) else { throw CondorError(.wrongState, "the job is not as it was expected to be") }
            try await connection.send(assignments)
        }

        var changed = 0
        for (index, attribute) in edit.attributes.enumerated() {
            let reply = try await reader.message { message throws(CedarError) in try QueueReply(from: &message) }
            guard reply.result >= 0 else {
                // Skip the answers to the other assignments, then ask the schedd for its reason: a dry run of the refused one.
                for _ in (index + 1)..<max(edit.attributes.count, index + 1) {
                    _ = try await reader.message { message throws(CedarError) in try QueueReply(from: &message) }
                }
                let reason = reply.errno == 2 ? nil : await reason(for: attribute, of: edit, on: connection, &reader)
                throw CondorError.queue(errno: reply.errno, reason: reason, attribute: attribute.name, doing: "setting \(attribute.name)")
            }
            if case .job = edit.selection { changed = 1 } else { changed = max(changed, reply.result) }
        }

        if let expected = edit.expectedCount, changed != expected {
            throw CondorError(.wrongState, "\(changed) jobs are selected instead of \(expected)")
        }
        let commit: CommitReply
        do throws(CondorError) {
            try await connection.send([try Self.message(.commitTransaction(flags: []))])
            commit = try await reader.message { message throws(CedarError) in try CommitReply(from: &message) }
        } catch {
            throw error.withUnknownOutcome()
        }
        if case .refused(let refusal) = commit {
            throw CondorError.queue(errno: refusal.errno, reason: refusal.reason, doing: "the edit")
        }
        return changed
    }

    /// The schedd tells reasons only when a commit fails because of an unacknowledged assignment. So: abort, try the refused one as a mere
    /// check, and commit that.
    private func reason(
        for attribute: (name: String, value: ExprTree), of edit: JobEdit, on connection: CommandConnection, _ reader: inout MessageReader
    ) async -> String? {
        guard case .job(let id) = edit.selection else { return nil }
        do throws(CondorError) {
            let value = attribute.value.wireText
            try await connection.send([
                try Self.message(.abortTransaction),
                try Self.message(.beginTransaction),
                try Self.message(.setAttribute(QueueKey(id), name: attribute.name, value: value, flags: [.noAck, .queryOnly])),
                try Self.message(.commitTransaction(flags: [])),
            ])
            for _ in 0..<2 { _ = try await reader.message { message throws(CedarError) in try QueueReply(from: &message) } }
            let commit = try await reader.message { message throws(CedarError) in try CommitReply(from: &message) }
            if case .refused(let refusal) = commit { return refusal.reason }
            return nil
        } catch {
            return nil
        }
    }

    static func message(_ request: QueueRequest) throws(CondorError) -> [UInt8] {
        var message = MessageEncoder(encrypted: true)
        request.encode(into: &message)
        return message.bytes
    }
}

extension JobEdit {
    func assignment(name: String, value: ExprTree) throws(CondorError) -> QueueRequest {
        let text = value.wireText
        guard !text.utf8.contains(0), !name.utf8.contains(0) else {
            throw CondorError(.refused, "\(name) holds a NUL, which a job queue cannot keep", errno: 22, attribute: name)
        }
        switch selection {
        case .job(let id):
            return .setAttribute(QueueKey(id), name: name, value: text, flags: [])
        case .cluster, .constraint:
            // The schedd puts "owner is me &&" in front of the text when only the own jobs are meant: parentheses keep the meaning.
            let constraint = "(" + selection.expression.wireText + ")"
            return .setAttributeByConstraint(constraint: constraint, name: name, value: text, flags: onlyMine ? .onlyMyJobs : [])
        }
    }
}
