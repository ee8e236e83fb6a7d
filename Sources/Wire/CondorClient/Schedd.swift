import Cedar
package import ClassAd
package import CondorModel
package import CondorProtocol
import Tokens

/// A schedd, as seen with one identity. A value: cheap to make and to copy. Each command opens a connection of its own, on a resumed
/// security session where there is one.
package struct Schedd: Sendable {
    let client: CondorClient
    let credential: Credential
    /// Time limits of this schedd's commands.
    package var deadlines: CommandDeadlines

    // MARK: Reading

    /// The ads of jobs, in the order of the schedd's table.
    ///
    /// Throws when iterated: `unreachable`, `timedOut`, `authenticationFailed`, `permissionDenied`, `refused` (the schedd could not use the
    /// question).
    package func jobs(_ query: JobQuery) -> AdBatches<JobQuerySummary> {
        let command: Command = credential == .anonymous ? .queryJobAds : .queryJobAdsWithAuthentication
        return AdBatches(
            AdBatches.Source(
                open: { [self] () async throws(CondorError) in
                    var message = MessageEncoder(encrypted: true)
                    query.encode(into: &message)
                    return try await open(command, first: [message.bytes], awaitingReply: true)
                },
                step: { message throws(CedarError) in
                    let ad = try message.readAd()
                    try message.readEndOfMessage()
                    guard let summary = JobQuerySummary(ad) else { return .ad(ad) }
                    guard summary.errorCode == 0 else {
                        return .failed(CondorError(.refused, summary.errorText ?? "the scheduler could not answer", errno: summary.errorCode))
                    }
                    return .end(summary)
                }))
    }

    /// The ad of one job; nil when the schedd has none that this identity may see.
    package func job(_ id: JobID, projection: [String] = []) async throws(CondorError) -> WireAd? {
        var iterator = jobs(JobQuery(.job(id), projection: projection)).makeAsyncIterator()
        var found: WireAd?
        while let batch = try await iterator.next() {
            if found == nil { found = batch.first }
        }
        return found
    }

    /// Records of jobs that have left the queue. Everybody with READ sees everybody's.
    package func history(_ query: HistoryQuery) -> AdBatches<HistorySummary> {
        AdBatches(
            AdBatches.Source(
                open: { [self] () async throws(CondorError) in
                    var message = MessageEncoder(encrypted: true)
                    query.encode(into: &message)
                    return try await open(.queryScheddHistory, first: [message.bytes], awaitingReply: true)
                },
                step: { message throws(CedarError) in
                    let ad = try message.readAd()
                    if query.streams { try message.readEndOfMessage() }
                    if HistorySummary.isHeader(ad) { return .skip }
                    guard let summary = HistorySummary(ad) else { return .ad(ad) }
                    guard summary.errorCode == 0 else {
                        return .failed(CondorError(.refused, summary.errorText ?? "the scheduler could not answer", errno: summary.errorCode))
                    }
                    return .end(summary)
                }))
    }

    /// The schedd's ad about itself.
    package func ad() async throws(CondorError) -> WireAd {
        var iterator = AdBatches(CollectorQuery(.schedulers)) { [self] command, first async throws(CondorError) in
            try await open(command, first: first, awaitingReply: true)
        }.makeAsyncIterator()
        guard let ad = try await iterator.next()?.first else { throw CondorError(.protocolViolation, "the scheduler sent no ad about itself") }
        return ad
    }

    // MARK: Acting

    /// Holds, releases, removes … jobs.
    ///
    /// The outcomes tell what became of each job (or how many had which outcome); nothing found or nothing permitted is no error here.
    package func act(_ request: JobActionRequest) async throws(CondorError) -> JobActionResult {
        try await act(request) { _ in true }
    }

    /// The same, done only if `isWanted` says so of the outcomes the schedd is about to commit; whatever it says, the outcomes are returned.
    ///
    /// Between the question and the commit nothing else happens in the schedd, so this is exact. `isWanted` is called at most once, and not when
    /// there is nothing to do; it must not wait for anything.
    package func act(_ request: JobActionRequest, isWanted: (JobActionResult) -> Bool) async throws(CondorError) -> JobActionResult {
        var message = MessageEncoder(encrypted: true)
        request.encode(into: &message)
        let connection = try await open(.actOnJobs, first: [message.bytes])
        defer { connection.close() }
        var reader = MessageReader(connection)
        let result = try await reader.message { message throws(CedarError) in try JobActionResult(from: &message) }
        guard result.succeeded, isWanted(result) else { return result }
        var acknowledgement = MessageEncoder(encrypted: true)
        Acknowledgement.ok.encode(into: &acknowledgement)
        // From here on the schedd may have committed although no answer comes.
        let committed: Acknowledgement
        do throws(CondorError) {
            try await connection.send([acknowledgement.bytes])
            committed = try await reader.message { message throws(CedarError) in try Acknowledgement(from: &message) }
        } catch {
            throw error.withUnknownOutcome()
        }
        guard committed == .ok else { throw CondorError(.refused, "the scheduler could not record the \(request.action) in its queue") }
        return result
    }

    // MARK: Connections

    /// - Parameter subject: the command asked about, for commands that only ask.
    func open(
        _ command: Command, about subject: Command? = nil, first: [[UInt8]] = [], awaitingReply: Bool = false
    ) async throws(CondorError) -> CommandConnection {
        try await client.run(
            Call(
                command: command, subject: subject, peer: .schedd, credential: credential, deadlines: deadlines, first: first,
                awaitingReply: awaitingReply))
    }
}
