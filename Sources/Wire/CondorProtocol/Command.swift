package import Tokens
import Cedar

/// A daemon's command, by its number on the wire.
///
/// Source: HTCondor 25.14, `condor_includes/condor_commands.h`; levels as registered by schedd and collector 25.14.1.
package struct Command: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    // Collector.
    package static let updateScheddAd = Command(rawValue: 1)
    package static let queryStartdAds = Command(rawValue: 5)
    package static let queryScheddAds = Command(rawValue: 6)
    package static let queryMasterAds = Command(rawValue: 7)
    package static let querySubmitterAds = Command(rawValue: 12)
    package static let invalidateScheddAds = Command(rawValue: 14)
    package static let queryCollectorAds = Command(rawValue: 20)
    package static let queryAnyAds = Command(rawValue: 48)
    package static let queryNegotiatorAds = Command(rawValue: 50)

    // Shared port.
    package static let sharedPortConnect = Command(rawValue: 75)

    // Schedd.
    package static let reschedule = Command(rawValue: 421)
    package static let actOnJobs = Command(rawValue: 478)
    package static let spoolJobFilesWithPermissions = Command(rawValue: 488)
    package static let transferDataWithPermissions = Command(rawValue: 489)
    package static let getJobConnectInfo = Command(rawValue: 509)
    package static let queryScheddHistory = Command(rawValue: 515)
    package static let queryJobAds = Command(rawValue: 516)
    package static let queryJobAdsWithAuthentication = Command(rawValue: 519)
    package static let queryUserRecordAds = Command(rawValue: 540)
    package static let queueManagementRead = Command(rawValue: 1111)
    package static let queueManagementWrite = Command(rawValue: 1112)

    // Starter.
    package static let starterPeek = Command(rawValue: 1503)

    // Every daemon.
    package static let authenticate = Command(rawValue: 60010)
    package static let nop = Command(rawValue: 60011)
    package static let nopRead = Command(rawValue: 60020)
    package static let nopWrite = Command(rawValue: 60021)
    package static let nopNegotiator = Command(rawValue: 60022)
    package static let nopAdministrator = Command(rawValue: 60023)
    package static let nopConfig = Command(rawValue: 60025)
    package static let nopDaemon = Command(rawValue: 60026)
    package static let nopAdvertiseStartd = Command(rawValue: 60027)
    package static let nopAdvertiseSchedd = Command(rawValue: 60028)
    package static let nopAdvertiseMaster = Command(rawValue: 60029)
    package static let securityQuery = Command(rawValue: 60040)
    package static let queryInstance = Command(rawValue: 60045)

    private struct Facts {
        var name: String
        var level: AuthorizationLevel
        var forces = false
    }

    private static let facts: [Command: Facts] = [
        .updateScheddAd: Facts(name: "UPDATE_SCHEDD_AD", level: .advertiseSchedd),
        .queryStartdAds: Facts(name: "QUERY_STARTD_ADS", level: .read),
        .queryScheddAds: Facts(name: "QUERY_SCHEDD_ADS", level: .read),
        .queryMasterAds: Facts(name: "QUERY_MASTER_ADS", level: .read),
        .querySubmitterAds: Facts(name: "QUERY_SUBMITTOR_ADS", level: .read),
        .invalidateScheddAds: Facts(name: "INVALIDATE_SCHEDD_ADS", level: .advertiseSchedd),
        .queryCollectorAds: Facts(name: "QUERY_COLLECTOR_ADS", level: .read),
        .queryAnyAds: Facts(name: "QUERY_ANY_ADS", level: .read),
        .queryNegotiatorAds: Facts(name: "QUERY_NEGOTIATOR_ADS", level: .read),
        .sharedPortConnect: Facts(name: "SHARED_PORT_CONNECT", level: .allow),
        .reschedule: Facts(name: "RESCHEDULE", level: .write),
        .actOnJobs: Facts(name: "ACT_ON_JOBS", level: .write, forces: true),
        .spoolJobFilesWithPermissions: Facts(name: "SPOOL_JOB_FILES_WITH_PERMS", level: .write, forces: true),
        .transferDataWithPermissions: Facts(name: "TRANSFER_DATA_WITH_PERMS", level: .write, forces: true),
        .getJobConnectInfo: Facts(name: "GET_JOB_CONNECT_INFO", level: .write, forces: true),
        .queryScheddHistory: Facts(name: "QUERY_SCHEDD_HISTORY", level: .read),
        .queryJobAds: Facts(name: "QUERY_JOB_ADS", level: .read),
        .queryJobAdsWithAuthentication: Facts(name: "QUERY_JOB_ADS_WITH_AUTH", level: .read, forces: true),
        .queryUserRecordAds: Facts(name: "QUERY_USERREC_ADS", level: .read, forces: true),
        .queueManagementRead: Facts(name: "QMGMT_READ_CMD", level: .read),
        .queueManagementWrite: Facts(name: "QMGMT_WRITE_CMD", level: .write, forces: true),
        .starterPeek: Facts(name: "STARTER_PEEK", level: .read),
        .authenticate: Facts(name: "DC_AUTHENTICATE", level: .allow),
        .nop: Facts(name: "DC_NOP", level: .allow),
        .nopRead: Facts(name: "DC_NOP_READ", level: .read),
        .nopWrite: Facts(name: "DC_NOP_WRITE", level: .write),
        .nopNegotiator: Facts(name: "DC_NOP_NEGOTIATOR", level: .negotiator),
        .nopAdministrator: Facts(name: "DC_NOP_ADMINISTRATOR", level: .administrator),
        .nopDaemon: Facts(name: "DC_NOP_DAEMON", level: .daemon),
        .nopConfig: Facts(name: "DC_NOP_CONFIG", level: .config),
        .nopAdvertiseStartd: Facts(name: "DC_NOP_ADVERTISE_STARTD", level: .advertiseStartd),
        .nopAdvertiseSchedd: Facts(name: "DC_NOP_ADVERTISE_SCHEDD", level: .advertiseSchedd),
        .nopAdvertiseMaster: Facts(name: "DC_NOP_ADVERTISE_MASTER", level: .advertiseMaster),
        .securityQuery: Facts(name: "DC_SEC_QUERY", level: .allow),
        .queryInstance: Facts(name: "DC_QUERY_INSTANCE", level: .allow),
    ]

    /// All commands in this list.
    package static var all: [Command] { facts.keys.sorted { $0.rawValue < $1.rawValue } }

    /// The level that a server requires; nil for an unknown number.
    package var level: AuthorizationLevel? { Self.facts[self]?.level }

    /// Whether the server insists on an authenticated identity, whatever its policy for the level.
    package var forcesAuthentication: Bool { Self.facts[self]?.forces ?? false }

    /// HTCondor's name, or else the number.
    package var description: String { Self.facts[self]?.name ?? String(rawValue) }
}
