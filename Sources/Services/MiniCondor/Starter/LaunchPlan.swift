import CSpawn
import Glibc

/// All a supervisor needs to know to start a job: the file it reads, and later writes the outcome into.
struct LaunchPlan: Sendable {
    /// Path of the program; empty to end at once with success, which tries the isolation out.
    var program: String
    /// With the program's own name in front.
    var arguments: [[UInt8]]
    /// Entries `NAME=value`.
    var environment: [[UInt8]]
    var workingDirectory: String
    /// Paths, seen from the working directory; empty for `/dev/null`.
    var input = ""
    var output = ""
    var error = ""
    /// Standard output or error is a file of the scheduler's, not of the job's: absolute paths, opened before privileges are dropped.
    var isOutputOutside = false
    var isErrorOutside = false
    /// The directory that stays visible when others are hidden.
    var scratch: String
    var account: JobAccount
    var isolation: Isolation
    /// Files and directories the job must not see.
    var hidden: [String] = []
    /// Directories to be shown elsewhere; an empty source stands for a file system in memory.
    var binds: [(source: String, target: String)] = []
    /// The `cgroup.procs` the job is to join, empty for none.
    var cgroup = ""
    /// RLIMIT_* and value; six at most.
    var limits: [(resource: UInt32, value: UInt64)] = []
    /// The job is killed when the scheduler ends, in whatever way.
    var endsWithScheduler: Bool

    /// Longest plan, in bytes: what Linux takes for arguments and environment, with room to spare.
    static let maximumLength = 8 << 20
    /// Most arguments, and most environment variables.
    static let maximumStrings = 65_000

    /// The file's contents.
    /// - Throws: E2BIG if it would be too long, EINVAL if a string contains a NUL byte.
    func encoded(run: UInt64) throws(SystemError) -> [UInt8] {
        guard arguments.count <= Self.maximumStrings, environment.count <= Self.maximumStrings, limits.count <= Int(CSPAWN_LIMITS) else {
            throw SystemError("too many arguments or environment variables", E2BIG)
        }
        var header = cspawn_plan()
        header.magic = CSPAWN_MAGIC
        header.flags = isolation.planFlags
        if endsWithScheduler { header.flags |= CSPAWN_DIE_WITH_SPAWNER }
        if isOutputOutside { header.flags |= CSPAWN_OUTPUT_OUTSIDE }
        if isErrorOutside { header.flags |= CSPAWN_ERROR_OUTSIDE }
        header.uid = account.uid
        header.gid = account.gid
        header.hidden = UInt32(hidden.count)
        header.binds = UInt32(binds.count)
        header.arguments = UInt32(arguments.count)
        header.environment = UInt32(environment.count)
        header.job = run
        withUnsafeMutableBytes(of: &header.limit_resource) { bytes in
            bytes.withMemoryRebound(to: UInt32.self) { resources in
                for i in resources.indices { resources[i] = i < limits.count ? limits[i].resource : .max }
            }
        }
        withUnsafeMutableBytes(of: &header.limit_value) { bytes in
            bytes.withMemoryRebound(to: UInt64.self) { values in
                for i in limits.indices { values[i] = limits[i].value }
            }
        }
        var bytes = withUnsafeBytes(of: header) { Array($0) }
        func append(_ string: some Sequence<UInt8>) throws(SystemError) {
            let start = bytes.count
            bytes.append(contentsOf: string)
            guard !bytes[start...].contains(0) else { throw SystemError("a name, an argument or a variable contains a NUL byte", EINVAL) }
            guard bytes.count < Self.maximumLength else { throw SystemError("arguments and environment are too long", E2BIG) }
            bytes.append(0)
        }
        for path in [program, workingDirectory, input, output, error, cgroup, scratch] { try append(path.utf8) }
        for path in hidden { try append(path.utf8) }
        for bind in binds {
            try append(bind.source.utf8)
            try append(bind.target.utf8)
        }
        for argument in arguments { try append(argument) }
        for variable in environment { try append(variable) }
        return bytes
    }
}
