import ArgumentParser
import Gateway
import Glibc
import HTTPServer
import Logging
import MiniCondor
import ServiceLifecycle
import UnixSignals

/// `htapi mini`: runs only the mini scheduler.
struct MiniCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mini", abstract: "Run a small scheduler that works with HTCondor's own tools.",
        discussion:
            "Its directory holds the queue and files for clients: schedd_address, condor_config, tokens/alice, tokens/bob, tokens/admin, signing.key."
    )

    @Option(help: "The scheduler's directory; created if missing.")
    var dir: String

    @Option(help: "Where to listen: HOST:PORT; port 0 selects a free port.")
    var listen = "127.0.0.1:0"

    @Option(help: "The users' domain, and the issuer of their tokens.")
    var domain = "htapi.demo"

    @Option(help: "The scheduler's name; by default mini@ and the host name.")
    var name: String?

    @Option(help: "A directory of additional signing keys for tokens; each file's name is the key's name (kid).")
    var keyDirectory: String?

    @Option(help: "Number of processors for jobs; by default all of this machine.")
    var cpus: Int?

    @Option(help: "Memory for jobs in megabytes; by default all of this machine.")
    var memory: Int64?

    @Option(help: "Seconds between evaluations of a job's periodic expressions.")
    var periodicInterval = 5

    @Flag(help: "As root: run jobs under their owners' accounts, if this machine has them.")
    var runAsOwner = false

    @Flag(help: "Let jobs see this machine's /tmp and /var/tmp; by default each job has its own.")
    var shareTmp = false

    @Flag(help: "End jobs when the scheduler stops; by default they continue, and the next scheduler in the directory takes them over.")
    var endJobs = false

    @Option(
        help: "Faults for tests: slow-reply=200ms, drop-after-commit, refuse-auth or crash-after=N. Repeatable.", transform: Self.fault)
    var fault: [Fault] = []

    @Flag(help: "Trust the user names that local clients claim (CLAIMTOBE). For tests.")
    var claimToBe = false

    @Flag(help: "Stop when standard input ends, so that nothing is left when the parent process dies.")
    var untilStdinEnds = false

    func validate() throws {
        guard case .tcp = Server.Address(listening: listen) else { throw ValidationError("--listen \(listen): expected HOST:PORT") }
        guard cpus ?? 1 > 0, memory ?? 1 > 0, periodicInterval > 0 else {
            throw ValidationError("--cpus, --memory, --periodic-interval: expected a number above 0")
        }
        guard !domain.isEmpty, domain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }) else {
            throw ValidationError("--domain \(domain): expected a domain name")
        }
    }

    private static func fault(_ text: String) throws -> Fault {
        guard let fault = Fault(text) else {
            throw ValidationError("--fault \(text): expected slow-reply=TIME, drop-after-commit, refuse-auth or crash-after=N")
        }
        return fault
    }

    func run() async throws {
        var configuration = MiniCondorConfiguration(directory: dir)
        if case .tcp(let host, let port) = Server.Address(listening: listen) {
            configuration.host = host
            configuration.port = port
        }
        configuration.domain = domain
        configuration.name = name
        configuration.keyDirectory = keyDirectory
        configuration.faults = fault
        configuration.cpus = cpus
        configuration.memoryMB = memory
        configuration.periodicInterval = periodicInterval
        configuration.runsJobsAsOwners = runAsOwner
        configuration.sharesTemporary = shareTmp
        configuration.endsJobs = endJobs
        configuration.allowsClaimToBe = claimToBe
        if untilStdinEnds { Self.terminateAtEndOfInput() }
        let logger = try logger()
        let scheduler = MiniCondor(configuration, logger: logger)
        var group = ServiceGroupConfiguration(services: [.init(service: scheduler)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as SchedulerDirectory.Failure {
            StandardError.write("htapi: \(error)\n")
            throw ExitStatus.unavailable
        }
    }

    /// A logger that writes to standard error and to the log in the directory.
    private func logger() throws -> Logger {
        let terminal = Log.make()
        let path: String
        do {
            path = try SchedulerDirectory(path: dir).logFile
        } catch {
            StandardError.write("htapi: \(error)\n")
            throw ExitStatus.unavailable
        }
        guard let file = LogFile(path, level: terminal.logLevel) else {
            StandardError.write("htapi: cannot write \(path): \(String(cString: strerror(errno)))\n")
            throw ExitStatus.unavailable
        }
        var logger = Logger(label: "htapi") { MultiplexLogHandler([StreamLogHandler.standardError(label: $0), file]) }
        logger.logLevel = terminal.logLevel
        return logger
    }

    /// Starts a thread that waits for the end of standard input and then triggers the same orderly stop as SIGTERM.
    private static func terminateAtEndOfInput() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = read(0, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                kill(getpid(), SIGTERM)
                return nil
            }, nil)
    }
}
