/// The kinds of ads that the collector stand-in holds. Ads of daemons that a mini scheduler lacks do not exist.
enum AdKind: String, Sendable, CaseIterable {
    case machine = "Machine"
    case scheduler = "Scheduler"
    case master = "DaemonMaster"
    case submitter = "Submitter"
    case collector = "Collector"
    case negotiator = "Negotiator"
    case generic = "Generic"
    case any = "Any"

    /// Numbers of the commands that query ads of this kind. Source: HTCondor 25.14, `condor_includes/condor_commands.h`.
    var commands: [Int] {
        switch self {
        case .machine: [5]
        case .scheduler: [6]
        case .master: [7]
        case .submitter: [12]
        case .collector: [20]
        case .negotiator: [50]
        case .generic: [74]
        case .any: [48]
        }
    }
}
