import Cedar
import ClassAd
package import CondorProtocol
import Tokens

/// The pool's collectors, as seen with one identity. The first one that answers is used.
package struct Collector: Sendable {
    let client: CondorClient
    let credential: Credential
    package var deadlines: CommandDeadlines

    init(client: CondorClient, credential: Credential) {
        self.client = client
        self.credential = credential
        deadlines = client.configuration.deadlines
    }

    /// Ads of daemons and machines. Throws as ``Schedd/jobs(_:)``.
    package func ads(_ query: CollectorQuery) -> AdBatches<CollectorSummary> {
        Self.batches(query) { [self] command, first async throws(CondorError) in
            try await client.openCollector(command, credential: credential, deadlines: deadlines, first: first, awaitingReply: true)
        }
    }

    static func batches(
        _ query: CollectorQuery, open: @escaping @Sendable (Command, [[UInt8]]) async throws(CondorError) -> CommandConnection
    ) -> AdBatches<CollectorSummary> {
        AdBatches(
            AdBatches.Source(
                open: { () async throws(CondorError) in
                    var message = MessageEncoder(encrypted: true)
                    query.encode(into: &message)
                    return try await open(query.kind.command, [message.bytes])
                },
                step: { message throws(CedarError) in
                    switch try CollectorReply(from: &message) {
                    case .ad(let ad): return .ad(ad)
                    case .end:
                        try message.readEndOfMessage()
                        return .end(CollectorSummary())
                    }
                }))
    }
}

/// The end of a collector's answer; it says nothing but that the answer was complete.
package struct CollectorSummary: Sendable, Equatable {}
