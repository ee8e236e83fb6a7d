import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import Glibc
import Logging
import NIOCore
import Testing
import Tokens

@testable import CondorClient
@testable import MiniCondor

/// A mini scheduler in this process, at a port of its own and in a temporary directory, and clients of it.
struct RunningScheduler: Sendable {
    static let domain = "mini.test"

    let directory: String
    let client: CondorClient

    /// Runs a scheduler while `body` runs.
    static func run(
        configure: (inout MiniCondorConfiguration) -> Void = { _ in }, in existing: String? = nil,
        _ body: @Sendable (RunningScheduler) async throws -> Void
    ) async throws {
        var template = Array("/tmp/mini-test.XXXXXX".utf8CString)
        let path = try existing ?? #require(template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } })
        defer { if existing == nil { try? DirectoryHandle.remove(path) } }
        var configuration = MiniCondorConfiguration(directory: path)
        configuration.domain = domain
        configure(&configuration)
        let (ready, source) = AsyncStream<Void>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let mini = MiniCondor(configuration, logger: logger) { _ in source.finish() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { source.finish() }
                try await mini.run()
            }
            for await _ in ready {}
            let client = CondorClient(
                configuration: ClientConfiguration(
                    scheduler: .addressFile(path + "/schedd_address"), deadlines: CommandDeadlines(connect: .minutes(1)), trustDomain: domain))
            let running = RunningScheduler(directory: path, client: client)
            let result: Result<Void, any Error>
            do { result = .success(try await body(running)) } catch { result = .failure(error) }
            group.cancelAll()
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, case .success = result, !(error is CancellationError) { throw error }
            }
            try result.get()
        }
    }

    // MARK: Clients

    /// The text of a file in the scheduler's directory.
    func contents(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen("\(directory)/\(name)", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }

    func schedd(as user: String) throws -> Schedd {
        let text = String(decoding: try contents("tokens/\(user)").filter { $0 > 0x20 }, as: UTF8.self)
        return client.schedd(as: .token(try BearerToken(text)))
    }

    /// A token of the scheduler's own key, or of another one.
    func token(_ subject: String, scopes: [String] = [], issuedAt: Int64 = Int64(time(nil)), lifetime: Int64? = nil, key: SigningKey? = nil) throws
        -> BearerToken
    {
        let own = try SigningKey(id: "POOL", fileContents: try contents("signing.key"))
        let claims = IDToken(subject: subject, issuer: Self.domain, issuedAt: issuedAt, expiration: lifetime.map { issuedAt + $0 }, scopes: scopes)
        return try claims.signed(with: key ?? own)
    }

    /// A connection in the hands of the test, once the command was accepted.
    func open(_ command: Command, as credential: Credential) async throws -> (CommandConnection, MessageReader) {
        let connection = try await client.run(
            Call(command: command, peer: .schedd, credential: credential, deadlines: CommandDeadlines(inactivity: .seconds(20))))
        return (connection, MessageReader(connection))
    }

    // MARK: Jobs

    static func clusterAd(held: Bool = false) -> ClassAd {
        var ad = ClassAd()
        ad["Owner"] = .undefined
        ad.set("JobUniverse", 5)
        ad.set("Cmd", "/bin/true")
        ad.set("Iwd", "/tmp")
        ad.set("Requirements", false)
        ad.set("RequestCpus", 1)
        ad.set("RequestMemory", 1)
        ad.set("RequestDisk", 1)
        ad.set("ShouldTransferFiles", "YES")
        ad.set("WhenToTransferOutput", "ON_EXIT")
        if held {
            ad.set("HoldReason", "Spooling input data files")
            ad.set("HoldReasonCode", 16)
        }
        return ad
    }

    /// Puts jobs into the queue that never run.
    @discardableResult
    func submit(_ count: Int = 1, as user: String = "alice", held: Bool = false, _ change: (inout ClassAd) -> Void = { _ in }) async throws
        -> SubmittedCluster
    {
        var cluster = Self.clusterAd(held: held)
        change(&cluster)
        var proc = ClassAd()
        proc.set("JobStatus", held ? 5 : 1)
        let (clusterAd, procAd) = (cluster, proc)
        return try await schedd(as: user).submit(JobSubmission(clusterAd: clusterAd, procAds: (0..<count).map { _ in procAd }))
    }

    /// Waits until something is so that nobody tells.
    func poll(_ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw CondorError(.timedOut, "it does not come to be so") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func job(_ cluster: Int, _ proc: Int = 0) throws -> JobID { try #require(JobID(cluster: cluster, proc: proc)) }
}

/// A file to be spooled, from memory.
struct MemoryFile: SpoolFile {
    var name: String
    var mode = 0o644
    var bytes: [UInt8] = []
    var isDirectory = false

    var size: Int64 { Int64(bytes.count) }

    func open() throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
        AsyncThrowingStream { continuation in
            if !bytes.isEmpty { continuation.yield(ByteBuffer(bytes: bytes)) }
            continuation.finish()
        }
    }
}
