import Text

/// The execution environments that a job can request, by number.
enum Universe: Int64, Sendable {
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

    static let names: [String: Universe] = [
        "standard": .standard, "pipe": .pipe, "linda": .linda, "pvm": .pvm, "vanilla": .vanilla, "pvmd": .pvmd, "scheduler": .scheduler,
        "mpi": .mpi, "grid": .grid, "java": .java, "parallel": .parallel, "local": .local, "vm": .vm, "docker": .vanilla,
    ]

    var title: String {
        let name = Self.names.first { $0.value == self }?.key ?? ""
        return name.count <= 4 ? ASCII.uppercased(name) : name.prefix(1).uppercased() + name.dropFirst()
    }

    /// Whether the scheduler finds a running job again after a restart.
    var canReconnect: Bool { [.vanilla, .java, .parallel, .vm].contains(self) }

    /// Whether file transfer can be used.
    var canTransfer: Bool { [.vanilla, .mpi, .parallel, .java, .vm].contains(self) }
}
