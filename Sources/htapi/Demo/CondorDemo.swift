import CondorClient
import Gateway
import Glibc
import HTTPKit
import HTTPTypes
import NIOCore

/// `htapi --demo --scheduler condor`: a personal HTCondor of its own, served with header minting for this machine.
struct CondorDemo {
    let listen: [String]
    let userHeader: String?

    /// How long the pool may take to come up.
    private static let patience: Duration = .seconds(30)

    func run() async throws {
        let pool: PersonalPool
        do throws(PersonalPool.Failure) {
            pool = try PersonalPool.start()
        } catch {
            StandardError.write("htapi: \(error)\n")
            throw ExitStatus.unavailable
        }
        defer { pool.stop() }
        try await waitUntilReady(pool)
        let configuration = configuration(for: pool)
        let header = configuration.userHeader?.rawName ?? ""
        try await Serve.serve(configuration, onListening: { addresses in
            guard let address = addresses.first else { return }
            print(Self.banner(url: Self.url(address), header: header, pool: pool))
            fflush(nil)
        })
    }

    private func waitUntilReady(_ pool: PersonalPool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + Self.patience
        while !pool.isReady {
            guard pool.isAlive, clock.now < end else {
                StandardError.write("htapi: the personal HTCondor did not come up; see \(pool.directory)/log\n")
                throw ExitStatus.unavailable
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func configuration(for pool: PersonalPool) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .addressFile(pool.scheddAddressFile), trustDomain: PersonalPool.domain),
            trustDomain: PersonalPool.domain, uidDomain: PersonalPool.domain)
        configuration.addresses = listen.compactMap { HTTPServer.Address(listening: $0) }
        if configuration.addresses.isEmpty { configuration.addresses = [.tcp(host: "127.0.0.1", port: FreePort.preferring(8080))] }
        configuration.drainDelay = .zero
        configuration.userHeader = userHeader.flatMap { HTTPField.Name($0) } ?? HTTPField.Name("X-Remote-User")
        configuration.trustedProxies = TrustedProxies(["loopback"]) ?? .none
        configuration.signingKeyFile = pool.signingKey
        return configuration
    }

    private static func url(_ address: HTTPServer.Address) -> String {
        if case .unix(let path) = address { return "unix:\(path)" }
        return "http://\(address)"
    }

    private static func banner(url: String, header: String, pool: PersonalPool) -> String {
        """

        htapi demo: a personal HTCondor behind \(url)
        Files: \(pool.directory) (gone when the demo ends); stock tools: export CONDOR_CONFIG=\(pool.configuration)
        From this machine the header \(header) says who you are. Try:

          curl -H '\(header): alice' -H 'Content-Type: text/plain' --data-binary $'executable = /bin/echo\\narguments = hello\\noutput = out.txt\\nqueue\\n' \(url)/api/v1/jobs
          curl -H '\(header): alice' '\(url)/api/v1/jobs?projection=ClusterId,ProcId,JobStatus'
          curl -H '\(header): alice' \(url)/api/v1/jobs/1.0/output | tar -xvf -

        Ctrl-C ends it.
        """
    }
}
