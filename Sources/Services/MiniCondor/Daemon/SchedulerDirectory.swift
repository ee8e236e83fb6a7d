import Cedar
import Glibc
import POSIX
import Tokens

/// The directory of a mini scheduler: its own files and those for its clients.
///
///     jobs.sqlite  spool/  execute/       the queue, sandboxes of jobs, running jobs
///     log/                                what happened
///     signing.key                         signs the tokens (0600)
///     tokens/alice|bob|admin              tokens of the users (0600)
///     schedd_address  condor_config       for stock tools: CONDOR_CONFIG=<dir>/condor_config
package struct SchedulerDirectory: Sendable {
    /// Why a directory is unusable.
    package struct Failure: Error, CustomStringConvertible, Sendable {
        package let description: String
    }

    /// An absolute path.
    package let path: String

    /// The users who get a token.
    package static let users = ["alice", "bob", "admin"]

    var signingKeyFile: String { path + "/signing.key" }
    var addressFile: String { path + "/schedd_address" }
    var configurationFile: String { path + "/condor_config" }
    /// The scheduler's log.
    package var logFile: String { path + "/log/MiniLog" }
    var spool: String { path + "/spool" }
    var execute: String { path + "/execute" }
    func tokenFile(_ user: String) -> String { "\(path)/tokens/\(user)" }
    /// A directory with the token of one user only, as SEC_TOKEN_DIRECTORY requires.
    private func toolDirectory(_ user: String) -> String { "\(path)/tokens.d/\(user)" }

    /// Uses a directory and creates whatever is missing in it.
    package init(path: String) throws(Failure) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Failure(description: "cannot make \(path): \(Self.reason())") }
        guard let resolved = realpath(path, nil) else { throw Failure(description: "\(path): \(Self.reason())") }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        for (name, mode) in [("log", 0o755), ("spool", 0o755), ("execute", 0o755), ("tokens", 0o700), ("tokens.d", 0o700)] as [(String, mode_t)] {
            try Self.makeDirectory("\(self.path)/\(name)", mode)
        }
        for user in Self.users { try Self.makeDirectory(toolDirectory(user), 0o700) }
    }

    private static func makeDirectory(_ path: String, _ mode: mode_t) throws(Failure) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw Failure(description: "cannot make \(path): \(reason())") }
    }

    /// Locks the directory against other processes until the result is closed or the process ends.
    func lock() throws(Failure) -> Int32 {
        let file = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(description: "cannot write \(path)/lock: \(Self.reason())") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw Failure(description: "another scheduler runs in \(path)")
        }
        return file
    }

    // MARK: Key and tokens

    /// The signing key, created if missing.
    func signingKey() throws(Failure) -> SigningKey {
        if access(signingKeyFile, F_OK) != 0 {
            var generator = SystemRandomNumberGenerator()
            try Self.replace(signingKeyFile, with: (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }, mode: 0o600)
        }
        return try Self.key(SigningKey.poolKeyID, file: signingKeyFile)
    }

    /// The keys in a directory. Each file's name is its key's id.
    static func signingKeys(in directory: String) throws(Failure) -> [SigningKey] {
        let names: [String]
        do throws(SystemError) {
            names = try DirectoryNames.all(in: directory)
        } catch {
            throw Failure(description: "\(directory): \(error.text)")
        }
        return try names.filter { !$0.hasPrefix(".") }.sorted().map { name throws(Failure) in try key(name, file: "\(directory)/\(name)") }
    }

    private static func key(_ id: String, file: String) throws(Failure) -> SigningKey {
        let bytes = try secret(file)
        do throws(TokenError) {
            return try SigningKey(id: id, fileContents: bytes)
        } catch {
            throw Failure(description: "\(file): \(error)")
        }
    }

    /// Makes the missing tokens.
    func makeTokens(key: SigningKey, domain: String, now: Int64) throws(Failure) {
        for user in Self.users {
            let file = tokenFile(user)
            if access(file, F_OK) != 0 {
                let token: BearerToken
                do throws(TokenError) {
                    token = try IDToken(subject: "\(user)@\(domain)", issuer: domain, issuedAt: now).signed(with: key)
                } catch {
                    throw Failure(description: "cannot make a token: \(error)")
                }
                try Self.replace(file, with: Array((token.text + "\n").utf8), mode: 0o600)
            }
            try Self.replace(toolDirectory(user) + "/token", with: try Self.secret(file), mode: 0o600)
        }
    }

    // MARK: Files for tools

    /// Writes the files that tell clients the address. The address file is written last, so that whoever sees it can connect.
    func publish(_ identity: SchedulerIdentity) throws(Failure) {
        try Self.replace(configurationFile, with: Array(configuration(identity).utf8), mode: 0o644)
        try Self.replace(addressFile, with: Array(identity.addressFile.utf8), mode: 0o644)
    }

    /// Removes the address file when the scheduler stops.
    func retract() { unlink(addressFile) }

    private func configuration(_ identity: SchedulerIdentity) -> String {
        """
        # For HTCondor's own tools: export CONDOR_CONFIG=\(configurationFile)
        # They act as alice; export _CONDOR_DEMO_USER=bob (or admin) for somebody else.
        DEMO_USER = alice
        LOCAL_DIR = \(path)
        RELEASE_DIR = /usr
        LOG = $(LOCAL_DIR)/log
        SPOOL = $(LOCAL_DIR)/spool
        EXECUTE = $(LOCAL_DIR)/execute
        LOCK = $(LOCAL_DIR)/log
        RUN = $(LOCAL_DIR)/log
        CONDOR_HOST = \(identity.address.primary.host)
        COLLECTOR_HOST = \(identity.address.primary)
        SCHEDD_ADDRESS_FILE = $(LOCAL_DIR)/schedd_address
        SCHEDD_SUPER_ADDRESS_FILE =
        SCHEDD_DAEMON_AD_FILE =
        NO_DNS = true
        NETWORK_HOSTNAME = \(identity.machine)
        SCHEDD_NAME = \(identity.name)
        DEFAULT_DOMAIN_NAME = \(identity.domain)
        UID_DOMAIN = \(identity.domain)
        TRUST_DOMAIN = \(identity.domain)
        USE_SHARED_PORT = false
        ENABLE_USERLOG_LOCKING = false
        SEC_DEFAULT_ENCRYPTION = REQUIRED
        SEC_DEFAULT_INTEGRITY = REQUIRED
        SEC_CLIENT_AUTHENTICATION_METHODS = TOKEN, FS
        SEC_TOKEN_DIRECTORY = $(LOCAL_DIR)/tokens.d/$(DEMO_USER)
        SEC_TOKEN_SYSTEM_DIRECTORY = $(SEC_TOKEN_DIRECTORY)

        """
    }

    // MARK: Files

    private static func reason() -> String { String(cString: strerror(errno)) }

    /// Reads a secret file: a regular file that belongs to us and is accessible to nobody else.
    private static func secret(_ path: String) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { throw Failure(description: "\(path): \(reason())") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid() || status.st_uid == 0
        else { throw Failure(description: "\(path) is not a file that only its owner can read") }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileReading.contents(of: file, limit: 65_536)
        } catch {
            throw Failure(description: "\(path): \(error.text)")
        }
        guard !bytes.isEmpty else { throw Failure(description: "\(path) is empty") }
        return bytes
    }

    private static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(Failure) {
        do throws(SystemError) {
            try FileWriting.replace(path, with: bytes, mode: mode)
        } catch {
            throw Failure(description: "cannot write \(path): \(error.text)")
        }
    }
}
