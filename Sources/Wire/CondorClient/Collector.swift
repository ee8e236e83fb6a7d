import Cedar
import ClassAd
package import CondorProtocol
import Tokens

/// The pool's collectors, as seen with one identity. The first one that answers is used.
package struct Collector: Sendable {
    let client: CondorClient
    let credential: Credential
    package var deadlines: CommandDeadlines

    /// Ads of daemons and machines. Throws as ``Schedd/jobs(_:)``.
    package func ads(_ query: CollectorQuery) -> AdBatches<CollectorSummary> {
        AdBatches(query) { [self] command, first async throws(CondorError) in
            try await client.run(
                Call(
                    command: command, peer: .collector, credential: credential, deadlines: deadlines, first: first, awaitingReply: true))
        }
    }
}

/// The end of a collector's answer; it says nothing but that the answer was complete.
package struct CollectorSummary: Sendable, Equatable {}

extension AdBatches<CollectorSummary> {
    /// The answer to a question that collectors answer, and other daemons about themselves.
    init(_ query: CollectorQuery, open: @escaping @Sendable (Command, _ first: [[UInt8]]) async throws(CondorError) -> CommandConnection) {
        self.init(
            Source(
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
