import Cedar
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
            var iterator = AdBatches(query) { command, first async throws(CondorError) in
                try await dialer.openCollector(
                    Call(
                        command: command, peer: .collector, credential: credential, deadlines: configuration.deadlines, first: first,
                        awaitingReply: true))
            }.makeAsyncIterator()
            return try await iterator.next()?.first
        }
    }

    /// The schedd, as seen with this identity.
    package func schedd(as credential: Credential) -> Schedd {
        Schedd(client: self, credential: credential, deadlines: configuration.deadlines)
    }

    /// The collectors, as seen with this identity.
    package func collector(as credential: Credential) -> Collector {
        Collector(client: self, credential: credential, deadlines: configuration.deadlines)
    }

    /// Where the schedd is now. Does not connect to it.
    package func scheddAddress() async throws(CondorError) -> ScheddAddress { try await locator.address(for: .anonymous) }

    /// Security sessions kept at the moment.
    package var sessionCount: Int { dialer.sessions.count }

    // MARK: Connections

    /// Opens the connection of a command. The observer is told how long the command took, from the attempt to connect to the end of its
    /// connection, and how it ended.
    func run(_ call: Call) async throws(CondorError) -> CommandConnection {
        guard let observer else { return try await open(call) }
        let start = NIODeadline.now()
        do throws(CondorError) {
            let connection = try await open(call)
            connection.onClose { failure in observer(CommandReport(command: call.command, duration: .now() - start, failure: failure)) }
            return connection
        } catch {
            observer(CommandReport(command: call.command, duration: .now() - start, failure: error.code))
            throw error
        }
    }

    private func open(_ call: Call) async throws(CondorError) -> CommandConnection {
        switch call.peer {
        case .schedd: try await openSchedd(call)
        case .collector: try await dialer.openCollector(call)
        case .starter(let address, _): try await dialer.open(call, at: address)
        }
    }

    private func openSchedd(_ call: Call) async throws(CondorError) -> CommandConnection {
        let address = try await locator.address(for: call.credential)
        do throws(CondorError) {
            return try await dialer.open(call, at: address.sinful)
        } catch {
            guard error.code == .unreachable else { throw error }
            // It may have moved. Nothing was done: the connection failed before the command was accepted.
            dialer.sessions.forget(address: address.sinful.description)
            locator.forget(address)
            let now = try await locator.address(for: call.credential)
            guard now.sinful != address.sinful else { throw error }
            return try await dialer.open(call, at: now.sinful)
        }
    }
}
