import Glibc
import POSIX
import Tokens

/// A private HTCondor for one person on this machine: all roles, free ports, loopback only, token authentication with its own key, and everything
/// in one directory.
enum PersonalPool {
    static let domain = "htapi.demo"

    /// Starts the pool. It is usable once the schedd has written its address file.
    static func start(in directory: DemoDirectory) throws(DemoFailure) -> SupervisedDaemon {
        guard let master = findMaster() else {
            throw DemoFailure("condor_master is not installed (looked in PATH, /usr/sbin and /usr/local/sbin); install HTCondor")
        }
        try writeFiles(directory, master: master)
        var command = ["env", "CONDOR_CONFIG=\(directory.condorConfig)"]
        if geteuid() == 0, let account = account() {
            command += ["setpriv", "--reuid=\(account.uid)", "--regid=\(account.gid)", "--clear-groups"]
        }
        return try SupervisedDaemon(command + [master, "-f"], in: directory, signal: "QUIT")
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

    /// Directories that belong to the account that the pool runs as.
    private static let subdirectories = ["log", "spool", "execute", "lock", "run", "passwords", "tokens.d"]
    private static let users = ["alice", "bob", "admin"]

    private static func writeFiles(_ directory: DemoDirectory, master: String) throws(DemoFailure) {
        for name in subdirectories { try directory.make(name, mode: 0o700) }
        if access(directory.signingKey, F_OK) != 0 {
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // The gateway's own copy, since the pool's may belong to another account.
            try directory.write(bytes, to: "passwords/POOL", mode: 0o600)
            try directory.write(bytes, to: "signing.key", mode: 0o600)
            for user in users { try directory.write(try token(of: user, key: bytes), to: "tokens/\(user)", mode: 0o600) }
        }
        try directory.write(Array(configurationText(directory.path, master: master).utf8), to: "condor_config", mode: 0o644)
        guard geteuid() == 0 else { return }
        // As root, HTCondor runs each job under its owner's account, which demo users do not have. So run the pool under an ordinary account.
        guard let account = account() else { throw DemoFailure("there is neither an account 'condor' nor 'nobody' to run the pool") }
        for name in subdirectories + ["passwords/POOL"] {
            guard chown("\(directory.path)/\(name)", account.uid, account.gid) == 0 else {
                throw DemoFailure(failed: "cannot change the owner of \(directory.path)/\(name)")
            }
        }
        // The pool writes its address files here.
        guard chown(directory.path, account.uid, account.gid) == 0 else { throw DemoFailure(failed: "cannot change the owner of \(directory.path)") }
    }

    private static func token(of user: String, key: [UInt8]) throws(DemoFailure) -> [UInt8] {
        do throws(TokenError) {
            let key = try SigningKey(id: SigningKey.poolKeyID, fileContents: key)
            let token = try IDToken(subject: "\(user)@\(domain)", issuer: domain, issuedAt: Int64(time(nil))).signed(with: key)
            return Array((token.text + "\n").utf8)
        } catch {
            throw DemoFailure("cannot make a token: \(error)")
        }
    }

    private static func account() -> (uid: uid_t, gid: gid_t)? {
        for name in ["condor", "nobody"] {
            if let account = Account(named: name) { return (account.uid, account.gid) }
        }
        return nil
    }

    private static func configurationText(_ directory: String, master: String) -> String {
        let sbin = String(master[..<(master.lastIndex(of: "/") ?? master.startIndex)])
        return """
            # A personal HTCondor made by htapi --demo.
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
            SEC_TOKEN_SYSTEM_DIRECTORY = $(LOCAL_DIR)/tokens.d
            SEC_TOKEN_DIRECTORY = $(LOCAL_DIR)/tokens.d
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
}
