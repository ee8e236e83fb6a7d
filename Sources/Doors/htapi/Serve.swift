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

/// `htapi serve`: serves from a configuration, or runs a demo with its own scheduler.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the API.")

    @Option(name: .long, help: "Where to listen: HOST:PORT, :PORT or unix:/PATH. Repeatable; overrides HTTP_API_LISTEN_ADDR.")
    var listen: [String] = []

    @Option(name: .long, help: "An HTCondor configuration file or a directory of such files, instead of CONDOR_CONFIG and the usual places.")
    var config: String?

    @Option(name: .long, help: "The header in which trusted proxies name the user; overrides HTTP_API_USER_HEADER.")
    var userHeader: String?

    @Flag(name: .long, help: "Start a local scheduler and serve it to local clients.")
    var demo = false

    @Option(name: .long, help: "With --demo: builtin is the mini scheduler, condor a personal HTCondor (needs condor_master).")
    var scheduler: DemoScheduler = .builtin

    @Option(name: .long, help: "With --demo: the demo's directory, created if missing and kept; by default a temporary one.")
    var demoDir: String?

    @Flag(name: .long, help: "With --demo: once ready, print the locations as shell exports.")
    var printEnv = false

    func validate() throws {
        for address in listen where Server.Address(listening: address) == nil {
            throw ValidationError("--listen \(address): expected HOST:PORT, :PORT or unix:/PATH")
        }
        guard demo || (demoDir == nil && !printEnv) else { throw ValidationError("--demo-dir and --print-env need --demo") }
        if let userHeader, HTTPField.Name(userHeader) == nil { throw ValidationError("--user-header \(userHeader): not a header name") }
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
