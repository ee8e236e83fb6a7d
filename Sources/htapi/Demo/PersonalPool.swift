import Glibc

/// A private HTCondor for one person on this machine: all roles, free ports, loopback only, token authentication with a key of its own, everything in one directory.
///
/// It runs below a supervising shell that waits on a pipe to this process. When the pipe ends, because the demo stops or because it was killed, the shell takes the
/// pool down, kills what is left of it and removes the directory.
struct PersonalPool {
    /// Why a pool could not be had.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static let domain = "htapi.demo"

    let directory: String
    let supervisor: pid_t
    /// Our end of the pipe the supervisor waits on; closing it ends the pool.
    private let lifeline: Int32

    /// The gateway's own copy: the pool's may belong to another account.
    var signingKey: String { directory + "/gateway/POOL" }
    var scheddAddressFile: String { directory + "/schedd_address" }
    var collectorAddressFile: String { directory + "/collector_address" }
    var configuration: String { directory + "/condor_config" }

    /// Starts a pool; it is usable once ``isReady`` says so.
    static func start() throws(Failure) -> PersonalPool {
        guard let master = findMaster() else {
            throw Failure(description: "condor_master is not installed (looked in PATH, /usr/sbin and /usr/local/sbin); install HTCondor")
        }
        let directory = try makeDirectory()
        do {
            try writeFiles(directory, master: master)
            return try supervise(directory, master: master)
        } catch {
            discard(directory)
            throw error
        }
    }

    /// Whether the schedd has written where it listens.
    var isReady: Bool {
        var status = stat()
        return stat(scheddAddressFile, &status) == 0 && status.st_size > 0
    }

    /// Whether the supervisor still runs; it ends by itself when the pool does.
    var isAlive: Bool { waitpid(supervisor, nil, WNOHANG) == 0 }

    /// Takes the pool down and waits until nothing of it is left.
    func stop() {
        close(lifeline)
        var status: Int32 = 0
        while waitpid(supervisor, &status, 0) == -1 && errno == EINTR {}
    }

    // MARK: - Setting up

    private static func findMaster() -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        for directory in path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"] {
            let candidate = directory + "/condor_master"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    private static func makeDirectory() throws(Failure) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((parent + "/htapi-demo.XXXXXX").utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkdtemp($0) != nil } ?? false }
        guard made else { throw Failure(description: "cannot make a directory in \(parent): \(reason())") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static let subdirectories = ["log", "spool", "execute", "lock", "run", "passwords", "tokens"]
    private static let ownSubdirectory = "gateway"
    private static let files = ["/passwords/POOL", "/condor_config"]

    /// Removes what was made of a pool that did not start.
    private static func discard(_ directory: String) {
        for file in files + ["/log/master.out", "/\(ownSubdirectory)/POOL"] { unlink(directory + file) }
        for name in subdirectories + [ownSubdirectory] { rmdir("\(directory)/\(name)") }
        rmdir(directory)
    }

    private static func writeFiles(_ directory: String, master: String) throws(Failure) {
        for name in subdirectories + [ownSubdirectory] {
            guard mkdir("\(directory)/\(name)", 0o700) == 0 else { throw Failure(description: "cannot make \(directory)/\(name): \(reason())") }
        }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try write(key, to: directory + "/passwords/POOL")
        try write(key, to: "\(directory)/\(ownSubdirectory)/POOL")
        try write(Array(configurationText(directory, master: master).utf8), to: directory + "/condor_config")
        guard geteuid() == 0 else { return }
        // As root HTCondor runs each job as its owner's account, which demo users do not have: let it run as an ordinary account.
        guard let account = account() else { throw Failure(description: "there is neither an account condor nor nobody to run the pool as") }
        for path in [""] + subdirectories.map({ "/" + $0 }) + files {
            guard chown(directory + path, account.uid, account.gid) == 0 else { throw Failure(description: "cannot give \(directory + path) away: \(reason())") }
        }
    }

    private static func account() -> (uid: uid_t, gid: gid_t)? {
        for name in ["condor", "nobody"] {
            if let entry = getpwnam(name) { return (entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        return nil
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(description: "cannot write \(path): \(reason())") }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw Failure(description: "cannot write \(path): \(reason())") }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    private static func configurationText(_ directory: String, master: String) -> String {
        let sbin = String(master[..<(master.lastIndex(of: "/") ?? master.startIndex)])
        return """
            # A personal HTCondor made by htapi --demo; gone when the demo ends.
            SBIN = \(sbin)
            BIN = \(sbin)/../bin
            LIBEXEC = \(firstDirectory("\(sbin)/../libexec/condor", "\(sbin)/../lib/condor/libexec"))
            LIB = \(sbin)/../lib/condor
            LOCAL_DIR = \(directory)
            LOG = $(LOCAL_DIR)/log
            SPOOL = $(LOCAL_DIR)/spool
            EXECUTE = $(LOCAL_DIR)/execute
            LOCK = $(LOCAL_DIR)/lock
            RUN = $(LOCAL_DIR)/run
            use ROLE: Personal
            CONDOR_HOST = 127.0.0.1
            COLLECTOR_HOST = 127.0.0.1:0
            COLLECTOR_ADDRESS_FILE = $(LOCAL_DIR)/collector_address
            SCHEDD_ADDRESS_FILE = $(LOCAL_DIR)/schedd_address
            NETWORK_INTERFACE = 127.0.0.1
            BIND_ALL_INTERFACES = false
            NO_DNS = true
            DEFAULT_DOMAIN_NAME = \(domain)
            UID_DOMAIN = \(domain)
            TRUST_DOMAIN = \(domain)
            SCHEDD_NAME = demo@

            use SECURITY: recommended
            SEC_PASSWORD_DIRECTORY = $(LOCAL_DIR)/passwords
            SEC_TOKEN_POOL_SIGNING_KEY_FILE = $(LOCAL_DIR)/passwords/POOL
            SEC_TOKEN_SYSTEM_DIRECTORY = $(LOCAL_DIR)/tokens
            SEC_TOKEN_DIRECTORY = $(LOCAL_DIR)/tokens
            DEMO_DAEMONS = condor@\(domain) condor@family $(USERNAME)@\(domain)
            ALLOW_READ = *
            ALLOW_WRITE = *@\(domain)
            ALLOW_DAEMON = $(DEMO_DAEMONS)
            ALLOW_ADMINISTRATOR = $(DEMO_DAEMONS)
            ALLOW_NEGOTIATOR = $(DEMO_DAEMONS)
            ALLOW_ADVERTISE_MASTER = $(DEMO_DAEMONS)
            ALLOW_ADVERTISE_SCHEDD = $(DEMO_DAEMONS)
            ALLOW_ADVERTISE_STARTD = $(DEMO_DAEMONS)

            NEGOTIATOR_INTERVAL = 2
            NEGOTIATOR_MIN_INTERVAL = 1
            NEGOTIATOR_CYCLE_DELAY = 1
            SCHEDD_INTERVAL = 5
            UPDATE_INTERVAL = 30
            RUNBENCHMARKS = false
            START = true
            SUSPEND = false
            PREEMPT = false
            KILL = false
            MOUNT_UNDER_SCRATCH =
            MOUNT_PRIVATE_DEV_SHM = false
            SHUTDOWN_FAST_TIMEOUT = 5
            MAIL = /bin/true

            """
    }

    private static func firstDirectory(_ candidates: String...) -> String {
        candidates.first { access($0, X_OK) == 0 } ?? candidates[0]
    }

    // MARK: - Supervision

    /// Waits for the end of standard input, or of the pool; then nothing of the pool may be left. What a job left running is known by its environment, which
    /// names its scratch directory.
    private static let supervision = """
        directory=$1; shift
        CONDOR_CONFIG="$directory/condor_config"; export CONDOR_CONFIG
        exec 3<&0
        "$@" -f </dev/null >"$directory/log/master.out" 2>&1 3<&- &
        master=$!
        ( cat <&3; kill -QUIT "$master"; sleep 10; kill -KILL "$master" ) >/dev/null 2>&1 &
        lifeline=$!
        trap 'kill -QUIT "$master"' TERM INT HUP
        while kill -0 "$master" 2>/dev/null; do wait "$master"; done
        kill -KILL "$lifeline" 2>/dev/null
        for round in 1 2 3; do
            for process in /proc/[0-9]*; do
                [ "${process#/proc/}" = "$$" ] && continue
                if tr '\\0' '\\n' 2>/dev/null <"$process/environ" | grep -qF "$directory"; then kill -KILL "${process#/proc/}" 2>/dev/null; fi
            done
        done
        rm -rf "$directory"
        """

    /// POSIX_SPAWN_SETSID of glibc, which the module map hides.
    private static let newSession: Int16 = 0x80

    private static func supervise(_ directory: String, master: String) throws(Failure) -> PersonalPool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { throw Failure(description: "cannot make a pipe: \(reason())") }
        defer { close(ends[0]) }
        var arguments = ["/bin/sh", "-c", supervision, "htapi-demo-pool", directory]
        if geteuid() == 0, let account = account() {
            arguments += ["setpriv", "--reuid=\(account.uid)", "--regid=\(account.gid)", "--clear-groups"]
        }
        arguments.append(master)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: Ctrl-C in the terminal reaches the demo alone, which then stops the pool in order. No signal blocked: the threads of the concurrency
        // runtime block most of them, and a shell that does not see its children end waits for ever.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK))

        var process: pid_t = 0
        var cArguments = arguments.map { strdup($0) } + [nil]
        defer { cArguments.forEach { free($0) } }
        let result = posix_spawn(&process, "/bin/sh", &actions, &attributes, &cArguments, environ)
        guard result == 0 else {
            close(ends[1])
            throw Failure(description: "cannot start a shell: \(String(cString: strerror(result)))")
        }
        return PersonalPool(directory: directory, supervisor: process, lifeline: ends[1])
    }
}
