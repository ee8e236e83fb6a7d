import Cedar
import ClassAd
import CondorProtocol
package import NIOCore
import NIOPosix
package import Tokens

/// The client of a pool: finds the schedd and the collectors, and keeps the security sessions of all identities. One per pool and process.
///
/// Nothing is kept open between commands: each one uses a connection of its own on a resumed session.
package final class CondorClient: Sendable {
    package let configuration: ClientConfiguration
    private let dialer: Dialer
    private let locator: ScheddLocator
    private let observer: (@Sendable (CommandReport) -> Void)?

    /// - Parameters:
    ///   - eventLoopGroup: where the connections live; shut down by its owner.
    ///   - observer: is told of each command that has ended.
    package init(
        configuration: ClientConfiguration, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        observer: (@Sendable (CommandReport) -> Void)? = nil
    ) {
        self.configuration = configuration
        self.observer = observer
        let dialer = Dialer(configuration: configuration, eventLoopGroup: eventLoopGroup)
        self.dialer = dialer
        locator = ScheddLocator(configuration.scheduler) { query, credential async throws(CondorError) in
            var iterator = Collector.batches(query) { command, first async throws(CondorError) in
                try await Self.openCollector(
                    command, dialer: dialer, collectors: configuration.collectors, credential: credential, deadlines: configuration.deadlines,
                    first: first, awaitingReply: true)
            }.makeAsyncIterator()
            return try await iterator.next()?.first
        }
    }

    /// The schedd, as seen with this identity.
    package func schedd(as credential: Credential) -> Schedd { Schedd(client: self, credential: credential) }

    /// The collectors, as seen with this identity.
    package func collector(as credential: Credential) -> Collector { Collector(client: self, credential: credential) }

    /// Where the schedd is now. Does not connect to it.
    package func scheddAddress() async throws(CondorError) -> ScheddAddress { try await locator.address(for: .anonymous) }

    /// Security sessions kept at the moment.
    package var sessionCount: Int { dialer.sessions.count }

    // MARK: Connections

    func openSchedd(
        _ command: Command, subject: Command? = nil, credential: Credential, deadlines: CommandDeadlines, first: [[UInt8]], awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        try await observed(command) { () async throws(CondorError) in
            try await dialSchedd(
                command, subject: subject, credential: credential, deadlines: deadlines, first: first, awaitingReply: awaitingReply)
        }
    }

    /// Tells the observer how long the command took, from the attempt to connect to the end of its connection, and how it ended.
    private func observed(
        _ command: Command, _ open: () async throws(CondorError) -> CommandConnection
    ) async throws(CondorError) -> CommandConnection {
        guard let observer else { return try await open() }
        let start = NIODeadline.now()
        do throws(CondorError) {
            let connection = try await open()
            connection.onClose { failure in observer(CommandReport(command: command, duration: .now() - start, failure: failure)) }
            return connection
        } catch {
            observer(CommandReport(command: command, duration: .now() - start, failure: error.code))
            throw error
        }
    }

    private func dialSchedd(
        _ command: Command, subject: Command?, credential: Credential, deadlines: CommandDeadlines, first: [[UInt8]], awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        let address = try await locator.address(for: credential)
        do throws(CondorError) {
            return try await dialer.open(
                command, subject: subject, at: address.sinful, credential: credential, deadlines: deadlines, first: first,
                awaitingReply: awaitingReply)
        } catch {
            guard error.code == .unreachable else { throw error }
            // It may have moved. Nothing was done: the connection failed before the command was accepted.
            dialer.sessions.forget(address: address.sinful.description)
            locator.forget(address)
            let now = try await locator.address(for: credential)
            guard now.sinful != address.sinful else { throw error }
            return try await dialer.open(
                command, subject: subject, at: now.sinful, credential: credential, deadlines: deadlines, first: first,
                awaitingReply: awaitingReply)
        }
    }

    /// A starter, which knows the job's owner by a session that comes with the job's claim.
    func openStarter(
        _ command: Command, at address: Sinful, claim: StarterClaim, deadlines: CommandDeadlines, first: [[UInt8]]
    ) async throws(CondorError) -> CommandConnection {
        try await dialer.open(command, at: address, claim: claim, deadlines: deadlines, first: first)
    }

    func openCollector(
        _ command: Command, credential: Credential, deadlines: CommandDeadlines, first: [[UInt8]], awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        try await observed(command) { () async throws(CondorError) in
            try await Self.openCollector(
                command, dialer: dialer, collectors: configuration.collectors, credential: credential, deadlines: deadlines, first: first,
                awaitingReply: awaitingReply)
        }
    }

    /// The first collector that can be reached.
    private static func openCollector(
        _ command: Command, dialer: Dialer, collectors: [String], credential: Credential, deadlines: CommandDeadlines, first: [[UInt8]],
        awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        var failure = CondorError(.unreachable, "no collector is configured")
        for collector in collectors {
            do throws(CondorError) {
                return try await dialer.open(
                    command, at: try ScheddLocator.sinful(collector, defaultPort: 9618), credential: credential, deadlines: deadlines, first: first,
                    awaitingReply: awaitingReply)
            } catch {
                guard error.code == .unreachable || error.code == .timedOut else { throw error }
                failure = error
            }
        }
        throw failure
    }
}
