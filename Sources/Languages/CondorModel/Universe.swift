/// The execution environments that a job can request: the values of `JobUniverse`.
///
/// Source: HTCondor 25.14, `condor_includes/condor_universe.h` and `condor_utils/condor_universe.cpp`.
package enum Universe: Int64, Sendable, Hashable, CaseIterable {
    case standard = 1
    case pipe = 2
    case linda = 3
    case pvm = 4
    case vanilla = 5
    case pvmd = 6
    case scheduler = 7
    case mpi = 8
    case grid = 9
    case java = 10
    case parallel = 11
    case local = 12
    case vm = 13

    /// The universes by the names that a submit description uses. A Docker job is a vanilla one.
    package static let names: [String: Universe] = {
        var names = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
        names["docker"] = .vanilla
        return names
    }()

    /// `vanilla`.
    package var name: String {
        switch self {
        case .standard: "standard"
        case .pipe: "pipe"
        case .linda: "linda"
        case .pvm: "pvm"
        case .vanilla: "vanilla"
        case .pvmd: "pvmd"
        case .scheduler: "scheduler"
        case .mpi: "mpi"
        case .grid: "grid"
        case .java: "java"
        case .parallel: "parallel"
        case .local: "local"
        case .vm: "vm"
        }
    }

    /// The name as HTCondor's messages write it: `Vanilla`, but `MPI`.
    package var title: String {
        switch self {
        case .pvm, .pvmd, .mpi, .vm: name.uppercased()
        default: name.prefix(1).uppercased() + name.dropFirst()
        }
    }

    /// Whether the scheduler finds a running job again after a restart.
    package var canReconnect: Bool { [.vanilla, .java, .parallel, .vm].contains(self) }

    /// Whether file transfer can be used.
    package var canTransfer: Bool { [.vanilla, .mpi, .parallel, .java, .vm].contains(self) }

    /// Whether jobs run on the scheduler's own host, without a matched machine.
    package var runsAtScheduler: Bool { self == .scheduler || self == .local }
}
