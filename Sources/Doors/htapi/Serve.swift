import ArgumentParser
import CondorClient
import CondorConfig
import Gateway
import HTTPEndpoints
import HTTPMessages
import HTTPServer
import HTTPTypes
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Serves: from configuration, or as a demo with a scheduler of its own.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the API (also what htapi does without a subcommand).")

    @Option(name: .long, help: "Where to listen: HOST:PORT, :PORT or unix:/PATH. Repeatable; wins over HTTP_API_LISTEN_ADDR.")
    var listen: [String] = []

    @Option(name: .long, help: "An HTCondor configuration file, or a directory of them, instead of CONDOR_CONFIG and the usual places.")
    var config: String?

    @Option(name: .long, help: "The header in which trusted proxies name the user; wins over HTTP_API_USER_HEADER.")
    var userHeader: String?

    @Flag(name: .long, help: "Start a local scheduler and serve it to this machine.")
    var demo = false

    @Option(name: .long, help: "With --demo: builtin is the mini scheduler, condor a personal HTCondor, where condor_master is installed.")
    var scheduler: DemoScheduler = .builtin

    @Option(name: .long, help: "With --demo: the directory of the demo, made if missing and kept; a temporary one otherwise.")
    var demoDir: String?

    @Flag(name: .long, help: "With --demo: print where everything is as shell exports, once it is ready.")
    var printEnv = false

    func validate() throws {
        for address in listen where Server.Address(listening: address) == nil {
            throw ValidationError("--listen \(address): HOST:PORT, :PORT or unix:/PATH is expected")
        }
        guard demo || (demoDir == nil && !printEnv) else { throw ValidationError("--demo-dir and --print-env go with --demo") }
        if let userHeader, HTTPField.Name(userHeader) == nil { throw ValidationError("--user-header \(userHeader): not a header's name") }
    }

    func run() async throws {
        HeapTrimming.limitArenas()
        if demo {
            try await Demo(scheduler: scheduler, listen: listen, userHeader: userHeader, directory: demoDir, printsEnvironment: printEnv).run()
        } else {
            let configuration: GatewayConfiguration
            do {
                configuration = try gatewayConfiguration()
            } catch {
                StandardError.write("\(error)\n")
                throw ExitStatus.configuration
            }
            try await GatewayRun.serve(configuration, rereading: gatewayConfiguration)
        }
    }

    private func gatewayConfiguration() throws -> GatewayConfiguration {
        var environment = Environment.variables
        if let userHeader { environment["_CONDOR_HTTP_API_USER_HEADER"] = userHeader }
        if !listen.isEmpty { environment["_CONDOR_HTTP_API_LISTEN_ADDR"] = listen.joined(separator: " ") }
        let configuration = try Configuration.load(
            root: config.map { .path($0) } ?? .environment, subsystem: "HTAPI", environment: environment, files: LocalConfigurationFiles())
        for warning in configuration.warnings + configuration.unknownNames(prefix: "HTTP_API_", known: GatewayConfiguration.knobs) {
            StandardError.write("\(warning)\n")
        }
        return try GatewayConfiguration(configuration)
    }
}
