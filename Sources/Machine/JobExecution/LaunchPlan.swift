import CSpawn
import Glibc
package import POSIX

/// Everything a supervisor needs in order to start a job: the contents of a file that it reads, and to which it later adds the outcome.
package struct LaunchPlan: Sendable {
    /// The program's path. Empty to end at once with success, which tests the isolation.
    package var program: String
    /// The arguments, beginning with the program's name.
    package var arguments: [[UInt8]]
    /// Entries `NAME=value`.
    package var environment: [[UInt8]]
    package var workingDirectory: String
    /// Paths relative to the working directory; empty for `/dev/null`.
    package var input = ""
    package var output = ""
    package var error = ""
    /// Standard output or error goes to an absolute path that is not the job's own file. It is opened before privileges are dropped.
    package var isOutputOutside = false
    package var isErrorOutside = false
    /// The directory that stays visible when its parents are hidden.
    package var scratch: String
    package var account: JobAccount
    package var isolation: Isolation
    /// Files and directories to hide from the job.
    package var hidden: [String] = []
    /// Directories to mount elsewhere; an empty source stands for a file system in memory.
    package var binds: [(source: String, target: String)] = []
    /// The `cgroup.procs` file of the group to join; empty for none.
    package var cgroup = ""
    /// RLIMIT_* and value; no more than six.
    package var limits: [(resource: UInt32, value: UInt64)] = []
    /// Whether the job is prevented from gaining privileges by set-user-ID programs.
    package var hasNoNewPrivileges = false
    /// The host name in the job's namespace; empty for this machine's. Needs ``Isolation/hostname``.
    package var hostName = ""
    /// Whether the job is killed when this process ends for any reason.
    package var endsWithScheduler: Bool

    package init(
        program: String, arguments: [[UInt8]], environment: [[UInt8]], workingDirectory: String, input: String = "", output: String = "",
        error: String = "", scratch: String, account: JobAccount, isolation: Isolation, hidden: [String] = [], endsWithScheduler: Bool
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.output = output
        self.error = error
        self.scratch = scratch
        self.account = account
        self.isolation = isolation
        self.hidden = hidden
        self.endsWithScheduler = endsWithScheduler
    }

    /// The longest plan in bytes: Linux's limit for arguments and environment, with room to spare.
    package static let maximumLength = 8 << 20
    /// The largest number of arguments, and of environment variables.
    package static let maximumStrings = 65_000

    /// The file's contents.
    ///
    /// - Throws: E2BIG if they would be too long, EINVAL if a string contains a NUL byte.
    package func encoded(run: UInt64) throws(SystemError) -> [UInt8] {
        guard arguments.count <= Self.maximumStrings, environment.count <= Self.maximumStrings, limits.count <= Int(CSPAWN_LIMITS) else {
            throw SystemError("too many arguments or environment variables", E2BIG)
        }
        var header = cspawn_plan()
        header.magic = CSPAWN_MAGIC
        header.flags = isolation.planFlags
        if endsWithScheduler { header.flags |= CSPAWN_DIE_WITH_SPAWNER }
        if isOutputOutside { header.flags |= CSPAWN_OUTPUT_OUTSIDE }
        if isErrorOutside { header.flags |= CSPAWN_ERROR_OUTSIDE }
        if hasNoNewPrivileges { header.flags |= CSPAWN_NO_NEW_PRIVILEGES }
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
        for path in [program, workingDirectory, input, output, error, cgroup, scratch, hostName] { try append(path.utf8) }
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
