import Tokens
import Cedar
import ClassAd
import CondorProtocol

/// Accepts the ads that daemons send to a collector and withdraws them on request (UPDATE_…, INVALIDATE_…), so that a second scheduler can be found
/// through the first one's collector.
enum AdvertisedUpdate {
    private enum Change {
        case advertise(AdKind)
        case withdraw(AdKind)
    }

    private static let changes: [Int: Change] = [
        0: .advertise(.machine), 1: .advertise(.scheduler), 2: .advertise(.master), 11: .advertise(.submitter), 13: .withdraw(.machine),
        14: .withdraw(.scheduler), 15: .withdraw(.master), 18: .withdraw(.submitter), 19: .advertise(.collector), 21: .withdraw(.collector),
        58: .advertise(.generic), 59: .withdraw(.generic), 60: .advertise(.machine),
    ]
    static let commands: [ServerCommand] = changes.map { number, change in
        switch change {
        case .advertise(let kind), .withdraw(let kind): ServerCommand(number, kind.levelToAdvertise)
        }
    }
    private static let withAcknowledgement = 60

    static func run(_ call: CommandCall) async throws(ServerError) {
        var number = call.accepted.number
        while true {
            try await update(number, call)
            // More updates may follow on the same connection, each after its command number. A command that is not an update, or that needs other
            // rights, ends the connection.
            number = Int(clamping: try await call.connection.value { message throws(CedarError) in try message.readInteger() })
            guard let first = ServerCommand.known(call.accepted.number), ServerCommand.known(number)?.level == first.level else { return }
        }
    }

    private static func update(_ number: Int, _ call: CommandCall) async throws(ServerError) {
        let ad = try await call.connection.value { message throws(CedarError) in try message.readAd() }
        // A machine's private ad may follow.
        try await call.connection.discardMessage()
        switch changes[number] {
        case .advertise(let kind): call.scheduler.advertised.put(ad, kind)
        case .withdraw(let kind): call.scheduler.advertised.remove(kind, ad)
        case nil: break
        }
        if number == withAcknowledgement { try await call.connection.send { $0.write(integer: 1) } }
    }
}

extension ServerCommand {
    fileprivate static func known(_ number: Int) -> ServerCommand? { AdvertisedUpdate.commands.first { $0.number == number } }
}

extension AdKind {
    /// The level that a daemon needs to send ads of this kind.
    fileprivate var levelToAdvertise: AuthorizationLevel {
        switch self {
        case .machine: .advertiseStartd
        case .scheduler, .submitter: .advertiseSchedd
        case .master: .advertiseMaster
        case .collector, .negotiator, .generic, .any: .daemon
        }
    }
}
