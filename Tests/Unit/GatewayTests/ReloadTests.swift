import HTTPServer
import CondorClient
@testable import Gateway
import HTTPMessages
import HTTPTypes
import Logging
import NIOCore
import Testing

/// Another configuration while the gateway serves.
@Suite struct ReloadTests {
    private func configuration(_ change: (inout GatewayConfiguration) -> Void = { _ in }) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .address("127.0.0.1:1")), trustDomain: "pool.test", uidDomain: "pool.test")
        change(&configuration)
        return configuration
    }

    private func status(_ gateway: Gateway) async throws -> HTTPResponse.Status {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let request = Request(
            method: .get, target: try RequestTarget("/metrics"), peer: try SocketAddress(ipAddress: "192.0.2.1", port: 1), id: "r", logger: logger)
        return await gateway.respond(to: request).status
    }

    @Test func whatCanChangeChangesAndTheRestIsNamed() async throws {
        let gateway = try Gateway(configuration())
        #expect(try await status(gateway) == .unauthorized)
        #expect(try gateway.reload(configuration { $0.isMetricsPublic = true }).isEmpty)
        #expect(try await status(gateway) == .ok)
        let names = try gateway.reload(
            configuration {
                $0.addresses = [.tcp(host: "127.0.0.1", port: 1)]
                $0.maximumConnections = 5
                $0.drainDelay = .seconds(7)
            })
        #expect(names == ["HTTP_API_LISTEN_ADDR", "HTTP_API_MAX_CONNECTIONS", "HTTP_API_DRAIN_DELAY"])
        #expect(try await status(gateway) == .unauthorized)
    }

    @Test func whatCannotBeUsedChangesNothing() async throws {
        let gateway = try Gateway(configuration { $0.isMetricsPublic = true })
        #expect(throws: (any Error).self) {
            try gateway.reload(
                configuration {
                    $0.userHeader = HTTPField.Name("X-Remote-User")
                    $0.trustedProxies = TrustedProxies(["loopback"]) ?? .none
                    $0.signingKeyFile = "/nonexistent/key"
                })
        }
        #expect(try await status(gateway) == .ok)
    }
}
