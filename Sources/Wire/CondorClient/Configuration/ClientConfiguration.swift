package import NIOCore

/// Time limits of a command.
package struct CommandDeadlines: Sendable, Equatable {
    /// For the TCP connection.
    package var connect: TimeAmount
    /// For the security handshake.
    package var handshake: TimeAmount
    /// The longest the command waits for the daemon without any byte moving. Time in which the caller does not ask for more does
    /// not count.
    package var inactivity: TimeAmount

    package init(connect: TimeAmount = .seconds(5), handshake: TimeAmount = .seconds(20), inactivity: TimeAmount = .seconds(60)) {
        self.connect = connect
        self.handshake = handshake
        self.inactivity = inactivity
    }
}

/// How a ``CondorClient`` works.
package struct ClientConfiguration: Sendable, Equatable {
    /// How the schedd is found.
    package var scheduler: ScheddLocation
    /// Addresses of collectors, `host`, `host:port` or `<host:port?…>`, tried in order. Port 9618 unless given.
    package var collectors: [String]
    package var deadlines: CommandDeadlines
    /// Our trust domain, told to the peer; nil to tell none.
    package var trustDomain: String?
    /// Sessions kept at most.
    package var sessionLimit: Int

    package init(
        scheduler: ScheddLocation, collectors: [String] = [], deadlines: CommandDeadlines = CommandDeadlines(), trustDomain: String? = nil,
        sessionLimit: Int = 10_000
    ) {
        self.scheduler = scheduler
        self.collectors = collectors
        self.deadlines = deadlines
        self.trustDomain = trustDomain
        self.sessionLimit = sessionLimit
    }
}
