import Tokens
import Cedar
import CondorProtocol

/// An accepted command, with its client and connection.
struct CommandCall {
    let connection: ClientConnection
    let accepted: AcceptedCommand
    let scheduler: Scheduler
    /// Nil if the client has no identity.
    let requester: Requester?
    /// Ends the connection. May be called from any task.
    let disconnect: @Sendable () -> Void

    /// The requester, for commands that need an identity.
    func identified() throws(ServerError) -> Requester {
        guard let requester else { throw .refused("the command needs an identity") }
        return requester
    }
}

/// A command that the server supports.
struct CommandEntry: Sendable {
    let command: ServerCommand
    let run: @Sendable (CommandCall) async throws(ServerError) -> Void

    init(
        _ number: Int, _ level: AuthorizationLevel, identity: Bool = false,
        _ run: @escaping @Sendable (CommandCall) async throws(ServerError) -> Void
    ) {
        command = ServerCommand(number, level, requiresIdentity: identity)
        self.run = run
    }

    init(_ command: Command, _ run: @escaping @Sendable (CommandCall) async throws(ServerError) -> Void) {
        self.init(command.rawValue, command.level ?? .config, identity: command.forcesAuthentication, run)
    }
}

/// All commands, with their levels in HTCondor 25.14.
enum CommandTable {
    static let entries: [Int: CommandEntry] = Dictionary(
        (daemonCommands + collectorCommands + scheddCommands + administrativeCommands).map { ($0.command.number, $0) },
        uniquingKeysWith: { first, _ in first })

    /// Commands of every daemon.
    private static let daemonCommands: [CommandEntry] =
        [
            .nop, .nopRead, .nopWrite, .nopNegotiator, .nopAdministrator, .nopConfig, .nopDaemon, .nopAdvertiseStartd, .nopAdvertiseSchedd,
            .nopAdvertiseMaster, .authenticate,
        ].map { CommandEntry($0) { _ throws(ServerError) in } } + [
            CommandEntry(60_024, .administrator) { _ throws(ServerError) in },
            CommandEntry(.securityQuery, SecurityQuery.run),
            CommandEntry(.queryInstance, InstanceQuery.run),
            CommandEntry(457, .read, ConfigurationQuery.run),
            CommandEntry(60_007, .read, ConfigurationQuery.run),
        ]

    /// Commands of a collector.
    private static let collectorCommands: [CommandEntry] =
        AdKind.allCases.flatMap { kind in
            kind.commands.map { CommandEntry($0, .read) { call throws(ServerError) in try await CollectorQueries.run(call, kind: kind) } }
        } + [CommandEntry(53, .read) { call throws(ServerError) in try await CollectorQueries.runMultiple(call) }]
        + AdvertisedUpdate.commands.map { CommandEntry($0.number, $0.level, AdvertisedUpdate.run) }

    /// Commands of a schedd.
    private static let scheddCommands: [CommandEntry] = [
        CommandEntry(.queryJobAds, JobQueries.run),
        CommandEntry(.queryJobAdsWithAuthentication, JobQueries.run),
        CommandEntry(.queueManagementRead, QueueManagement.run),
        CommandEntry(.queueManagementWrite, QueueManagement.run),
        CommandEntry(.actOnJobs, JobActionCommand.run),
        CommandEntry(.spoolJobFilesWithPermissions, SpoolCommand.run),
        CommandEntry(.transferDataWithPermissions, RetrieveCommand.run),
        CommandEntry(.queryScheddHistory, HistoryCommand.run),
        CommandEntry(.queryUserRecordAds, UserRecordCommand.run),
        CommandEntry(.getJobConnectInfo, ConnectInfoCommand.run),
        CommandEntry(.starterPeek, PeekCommand.run),
        CommandEntry(507, .write, TransferQueueCommand.run),
        CommandEntry(.reschedule) { _ throws(ServerError) in },
    ]

    /// Commands that would change the daemon: known, but refused to everybody.
    private static let administrativeCommands: [CommandEntry] =
        // DC_RECONFIG, DC_OFF_*, DC_FETCH_LOG, token requests, user records, credentials, exports, startup limits.
        [60_004, 60_005, 60_006, 60_013, 60_051, 541, 542, 543, 544, 549, 559, 479, 526, 527, 528, 531].map {
            CommandEntry($0, .config, identity: true) { _ throws(ServerError) in }
        }
}
