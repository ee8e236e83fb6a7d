import NIOCore

/// Time limits of a command.
public struct CommandDeadlines: Sendable, Equatable {
    /// For the TCP connection.
    public var connect: TimeAmount
    /// For the security handshake.
    public var handshake: TimeAmount
    /// The longest the command waits for the daemon without any byte moving. Time in which the caller does not ask for more does
    /// not count.
    public var inactivity: TimeAmount

    public init(connect: TimeAmount = .seconds(5), handshake: TimeAmount = .seconds(20), inactivity: TimeAmount = .seconds(60)) {
        self.connect = connect
        self.handshake = handshake
        self.inactivity = inactivity
    }
}

/// How a ``CondorClient`` works.
public struct ClientConfiguration: Sendable, Equatable {
    /// How the schedd is found.
    public var scheduler: ScheddLocation
    /// Addresses of collectors, `host`, `host:port` or `<host:port?…>`, tried in order. Port 9618 unless given.
    public var collectors: [String]
    public var deadlines: CommandDeadlines
    /// Our trust domain, told to the peer; nil to tell none.
    public var trustDomain: String?
    /// Sessions kept at most.
    public var sessionLimit: Int

    public init(
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
