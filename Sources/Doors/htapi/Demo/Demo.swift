import ArgumentParser
import Tokens
import CondorClient
import Gateway
import Glibc
import HTTPMessages
import HTTPServer
import HTTPTypes
import Logging
import NIOCore

/// The schedulers that a demo can start.
enum DemoScheduler: String, ExpressibleByArgument {
    case builtin, condor
}

/// `htapi --demo`: starts a scheduler and serves it to this machine, with users named by a header.
struct Demo {
    let scheduler: DemoScheduler
    let listen: [String]
    let userHeader: String?
    /// The directory to keep; nil for a temporary directory.
    let directory: String?
    /// Whether to print shell exports instead of examples.
    let printsEnvironment: Bool

    /// Time limit for the scheduler to start.
    private var patience: Duration { scheduler == .builtin ? .seconds(10) : .seconds(30) }
    private var domain: String { scheduler == .builtin ? BuiltinPool.domain : PersonalPool.domain }

    func run() async throws {
        let place: DemoDirectory
        let daemon: SupervisedDaemon
        do throws(DemoFailure) {
            place = try DemoDirectory(directory)
            do throws(DemoFailure) {
                daemon = try scheduler == .builtin ? BuiltinPool.start(in: place) : PersonalPool.start(in: place)
            } catch {
                place.discard()
                throw error
            }
        } catch {
            StandardError.write("htapi: \(error)\n")
            throw ExitStatus.unavailable
        }
        defer { daemon.stop() }
        let configuration = configuration(try await address(place, daemon), place)
        let header = configuration.userHeader?.rawName ?? ""
        let watch = Task { try await Self.endWith(daemon) }
        defer { watch.cancel() }
        try await GatewayRun.serve(
            configuration,
            // Keep the terminal free of routine messages.
            logger: Log.make(from: .warning),
            onListening: { addresses in
                guard let address = addresses.first else { return }
                announce(DemoAnnouncement(address: address, header: header, directory: place, scheduler: scheduler), in: place)
            })
    }

    /// Host and port of the scheduler, once it accepts connections.
    private func address(_ place: DemoDirectory, _ daemon: SupervisedDaemon) async throws -> String {
        let clock = ContinuousClock()
        let end = clock.now + patience
        while true {
            if let line = place.firstLine(of: place.scheddAddress), let address = DaemonAddress.endpoint(line) { return address }
            guard !daemon.hasEnded, clock.now < end else {
                StandardError.write("htapi: the scheduler did not start\n\(place.logTail)")
                throw ExitStatus.unavailable
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func configuration(_ address: String, _ place: DemoDirectory) -> GatewayConfiguration {
        // The mini scheduler is its own collector.
        let collectors = scheduler == .builtin ? [address] : []
        var configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .addressFile(place.scheddAddress), collectors: collectors, trustDomain: domain),
            trustDomain: domain, uidDomain: domain)
        configuration.addresses = listen.compactMap { Server.Address(listening: $0) }
        if configuration.addresses.isEmpty { configuration.addresses = [.tcp(host: "127.0.0.1", port: FreePort.preferring(8080))] }
        configuration.drainDelay = .zero
        configuration.userHeader = userHeader.flatMap { HTTPField.Name($0) } ?? HTTPField.Name("X-Remote-User")
        configuration.trustedProxies = TrustedProxies(["loopback"]) ?? .none
        configuration.signingKeyFile = place.signingKey
        configuration.signingKeyID = SigningKey.poolKeyID
        return configuration
    }

    private func announce(_ announcement: DemoAnnouncement, in place: DemoDirectory) {
        do throws(DemoFailure) {
            try place.write(Array((announcement.url + "\n").utf8), to: "url", mode: 0o644)
        } catch {
            StandardError.write("htapi: \(error)\n")
        }
        print(printsEnvironment ? place.exports(url: announcement.url) : announcement.text)
        fflush(nil)
    }

    /// Ends the demo when its scheduler ends.
    private static func endWith(_ daemon: SupervisedDaemon) async throws {
        while !daemon.hasEnded { try await Task.sleep(for: .milliseconds(250)) }
        StandardError.write("htapi: the scheduler has ended\n")
        kill(getpid(), SIGTERM)
    }
}
