import ArgumentParser
import Gateway
import Glibc
import HTTPServer
import Logging
import MiniCondor
import ServiceLifecycle
import UnixSignals

/// The mini scheduler alone.
struct MiniCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mini", abstract: "Run a small scheduler that HTCondor's own tools can be used with.",
        discussion:
            "Its directory holds the queue and what clients need: schedd_address, condor_config, tokens/alice, tokens/bob, tokens/admin, signing.key."
    )

    @Option(help: "The scheduler's directory; made if there is none.")
    var dir: String

    @Option(help: "Where to listen: HOST:PORT; port 0 takes a free one.")
    var listen = "127.0.0.1:0"

    @Option(help: "The domain of the users, and the issuer of their tokens.")
    var domain = "htapi.demo"

    @Option(help: "The scheduler's name; mini@ and the host's name by default.")
    var name: String?

    @Option(help: "A directory of further keys that tokens may be signed with: each file is a key, its name the key's (kid).")
    var keyDirectory: String?

    @Option(help: "Processors for jobs; those of this machine by default.")
    var cpus: Int?

    @Option(help: "Megabytes of memory for jobs; those of this machine by default.")
    var memory: Int64?

    @Option(help: "Seconds between two evaluations of a job's periodic expressions.")
    var periodicInterval = 5

    @Flag(help: "As root: run jobs as the accounts of their owners, where this machine has them.")
    var runAsOwner = false

    @Flag(help: "Let jobs see this machine's /tmp and /var/tmp; otherwise they have their own.")
    var shareTmp = false

    @Flag(help: "End the jobs with the scheduler; otherwise they go on, and the next one in the directory takes them over.")
    var endJobs = false

    @Option(
        help: "Trouble for tests: slow-reply=200ms, drop-after-commit, refuse-auth or crash-after=N. Repeatable.", transform: Self.fault)
    var fault: [Fault] = []

    @Flag(help: "Believe clients of this machine who they say they are (CLAIMTOBE). For tests.")
    var claimToBe = false

    @Flag(help: "Stop when standard input ends: so that nothing is left when the parent process dies.")
    var untilStdinEnds = false

    func validate() throws {
        guard case .tcp = Server.Address(listening: listen) else { throw ValidationError("--listen \(listen): HOST:PORT is expected") }
        guard cpus ?? 1 > 0, memory ?? 1 > 0, periodicInterval > 0 else {
            throw ValidationError("--cpus, --memory, --periodic-interval: a number above 0 is expected")
        }
        guard !domain.isEmpty, domain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }) else {
            throw ValidationError("--domain \(domain): a domain name is expected")
        }
    }

    private static func fault(_ text: String) throws -> Fault {
        guard let fault = Fault(text) else {
            throw ValidationError("--fault \(text): slow-reply=TIME, drop-after-commit, refuse-auth or crash-after=N is expected")
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

    /// Writes to standard error and to the log in the directory.
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

    /// A thread of its own waits for the end of standard input, then asks for the orderly stop that SIGTERM is.
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
