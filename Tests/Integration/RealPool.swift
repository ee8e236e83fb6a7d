import Foundation
import Testing

/// A running HTCondor pool, as `Tests/run` describes it in the environment (`Tests/run pool env`).
///
/// The pool's processes live in namespaces of their own on this machine; its ports are on the loopback interface, and its paths
/// are the same inside and outside. Users: `alice`, `bob`, `carol`, and `admin`, who may act on everybody's jobs.
struct RealPool: Sendable {
    /// The version of HTCondor, as `25.14.1`.
    let version: String
    /// Whether its daemons agree on a key with clients that have no identity; those up to 23.9 do not.
    var encryptsForStrangers: Bool { version.compare("23.10", options: .numeric) != .orderedAscending }
    /// What `SCHEDD_ADDRESS_FILE` is for this pool.
    let scheddAddressFile: String
    /// The scheduler's name in the collector.
    let scheddName: String
    /// `host:port` of the collector.
    let collector: String
    /// The domain of users and tokens: `alice@` this.
    let trustDomain: String
    /// The file of the key with the id `POOL`.
    let signingKeyFile: String
    /// The file of another key, with the id `SECOND`.
    let secondKeyFile: String
    /// A configuration file for clients of the pool, which knows none of its secrets.
    let clientConfigFile: String
    /// The folder of the daemons' logs.
    let logFolder: String
    /// A second scheduler that a test with the trait `.spareSchedd` may start and stop.
    let spare: SpareSchedd

    private let stateFolder: String
    private let execFile: String

    /// The pool of this test run; nil without one.
    static let current = RealPool(environment: ProcessInfo.processInfo.environment)

    /// The pool of this test run. Tests that need it stand in suites with the trait `.realPool`, so that there is one.
    static func require() throws -> RealPool {
        try #require(current)
    }

    private init?(environment: [String: String]) {
        func value(_ name: String) -> String? { environment["HTAPI_POOL_" + name] }
        guard let version = value("VERSION"), let stateFolder = value("STATE"), let execFile = value("EXEC"),
            let scheddAddressFile = value("SCHEDD_ADDRESS_FILE"), let scheddName = value("SCHEDD_NAME"),
            let collector = value("COLLECTOR"), let trustDomain = value("TRUST_DOMAIN"),
            let signingKeyFile = value("SIGNING_KEY"), let secondKeyFile = value("SECOND_KEY"),
            let clientConfigFile = value("CLIENT_CONFIG"), let logFolder = value("LOG"),
            let spareName = value("SPARE_SCHEDD_NAME"), let spareAddressFile = value("SPARE_SCHEDD_ADDRESS_FILE"),
            let spareControlFile = value("SPARE_SCHEDD")
        else { return nil }
        self.version = version
        self.stateFolder = stateFolder
        self.execFile = execFile
        self.scheddAddressFile = scheddAddressFile
        self.scheddName = scheddName
        self.collector = collector
        self.trustDomain = trustDomain
        self.signingKeyFile = signingKeyFile
        self.secondKeyFile = secondKeyFile
        self.clientConfigFile = clientConfigFile
        self.logFolder = logFolder
        self.spare = SpareSchedd(name: spareName, addressFile: spareAddressFile, controlFile: spareControlFile)
    }

    // MARK: Tools

    /// Runs a command inside the pool as one of its users (or `root`), in that user's home folder.
    func run(_ command: [String], as user: String, input: [UInt8] = []) async throws -> ChildProcess.Result {
        try await ChildProcess.run(execFile, [user] + command, input: input)
    }

    /// What a command inside the pool prints; a status other than 0 is an error with what it said.
    @discardableResult
    func output(of command: String..., as user: String, input: String = "") async throws -> String {
        try await Self.check(run(command, as: user, input: Array(input.utf8)))
    }

    @discardableResult
    static func check(_ result: ChildProcess.Result) throws -> String {
        guard result.status == 0 else {
            throw RealPoolError("status \(result.status): \(result.errorText) \(result.outputText)")
        }
        return result.outputText
    }

    /// The path of a file in a user's home; the same inside the pool and outside.
    func homePath(_ name: String, of user: String) -> String { "\(stateFolder)/home/\(user)/\(name)" }

    // MARK: Tokens

    /// The token that the pool was started with for `alice`, `bob`, `carol` or `admin`; it has no `exp`.
    func token(of user: String) throws -> String {
        try String(contentsOfFile: "\(stateFolder)/tokens/\(user)/pool", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A fresh token by `condor_token_create`. The lifetime is in seconds; scopes are `READ`, `WRITE`, ….
    func makeToken(identity: String, lifetime: Int? = nil, scopes: [String] = [], key: String? = nil) async throws -> String {
        var command = ["condor_token_create", "-identity", identity]
        if let lifetime { command += ["-lifetime", String(lifetime)] }
        for scope in scopes { command += ["-authz", scope] }
        if let key { command += ["-key", key] }
        return try await Self.check(run(command, as: "root")).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: Jobs

    /// Submits a description with `condor_submit` in the user's home, and gives the cluster's number.
    func submit(_ description: String, as user: String, options: [String] = []) async throws -> Int {
        let result = try await run(
            ["condor_submit", "-terse"] + options + ["-"], as: user, input: Array(description.utf8))
        let text = try Self.check(result)
        // "7.0 - 7.2"
        guard let cluster = Int(text.prefix { $0.isNumber }) else { throw RealPoolError("condor_submit said: \(text)") }
        return cluster
    }

    /// An attribute of a job as `condor_q -af` writes it, from the queue or else from the history; nil when the job is in neither.
    func attribute(_ name: String, of job: String) async throws -> String? {
        try await attributes([name], of: job)
    }

    /// Several attributes, all of one moment, with blanks between them.
    private func attributes(_ names: [String], of job: String) async throws -> String? {
        for command in [["condor_q", job], history + ["-limit", "1", job]] {
            let text = try await Self.check(run(command + ["-af"] + names, as: "root"))
            if !text.isEmpty { return text.trimmingCharacters(in: .newlines) }
        }
        return nil
    }

    /// The scheduler itself is asked, not the file of the one on this host.
    var history: [String] { ["condor_history", "-name", scheddName] }

    /// Whether the job is in the queue.
    func isQueued(_ job: String) async throws -> Bool {
        try await !output(of: "condor_q", job, "-af", "ClusterId", as: "root").isEmpty
    }

    /// The job's `JobStatus`, from the queue or else from the history.
    func status(of job: String) async throws -> JobState? {
        try await attribute("JobStatus", of: job).flatMap { Int($0) }.flatMap(JobState.init(rawValue:))
    }

    /// Waits until the job has the state; fails after the time limit, or as soon as the job is in another that it will not leave by itself.
    func waitForJob(_ job: String, _ wanted: JobState, within limit: Duration = .seconds(60)) async throws {
        try await poll(within: limit, "job \(job) to be \(wanted)") {
            guard let text = try await attributes(["JobStatus", "HoldReasonCode", "HoldReason"], of: job) else { return false }
            let fields = text.split(separator: " ", maxSplits: 2)
            guard let state = fields.first.flatMap({ Int($0) }).flatMap(JobState.init(rawValue:)) else { return false }
            if state == wanted { return true }
            // 16: the schedd still stores the job's input.
            let isHeld = state == .held && fields.dropFirst().first != "16"
            if state == .completed || state == .removed || (isHeld && [.running, .completed].contains(wanted)) {
                throw RealPoolError("job \(job) is \(state) instead of \(wanted): \(text)")
            }
            return false
        }
    }

    /// Asks again and again until the condition holds; a test issue, thrown, when the time is over.
    func poll(within limit: Duration = .seconds(60), _ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw RealPoolError("timed out waiting for \(what)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Removes a job, a whole cluster, or the jobs of a `-constraint`, whatever their state.
    func remove(_ selection: String...) async throws {
        _ = try await run(["condor_rm"] + selection, as: "root")
        _ = try await run(["condor_rm", "-forcex"] + selection, as: "root")
    }
}

/// HTCondor's `JobStatus`.
enum JobState: Int, Sendable {
    case idle = 1
    case running, removed, completed, held, transferringOutput, suspended
}

struct RealPoolError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Trait where Self == ConditionTrait {
    /// For suites that need a real pool: without one they are skipped, which `Tests/run` counts as a failure where `CI=true`.
    static var realPool: Self {
        .enabled(if: RealPool.current != nil, "no HTCondor pool: see Tests/run pool up, env")
    }
}
