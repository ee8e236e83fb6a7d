import HTTPServer
@testable import Gateway
import HTTPMessages
import HTTPTypes
import NIOCore
import Testing

/// Another configuration while the gateway serves.
@Suite struct ReloadTests {
    private func status(_ gateway: Gateway) async throws -> HTTPResponse.Status {
        try await gateway.answer(.get, "/metrics").status
    }

    @Test func whatCanChangeChangesAndTheRestIsNamed() async throws {
        let gateway = try Gateway.inTests()
        #expect(try await status(gateway) == .unauthorized)
        #expect(try gateway.reload(.inTests { $0.isMetricsPublic = true }).isEmpty)
        #expect(try await status(gateway) == .ok)
        let names = try gateway.reload(
            .inTests {
                $0.addresses = [.tcp(host: "127.0.0.1", port: 1)]
                $0.maximumConnections = 5
                $0.drainDelay = .seconds(7)
            })
        #expect(names == ["HTTP_API_LISTEN_ADDR", "HTTP_API_MAX_CONNECTIONS", "HTTP_API_DRAIN_DELAY"])
        #expect(try await status(gateway) == .unauthorized)
    }

    @Test func whatCannotBeUsedChangesNothing() async throws {
        let gateway = try Gateway.inTests { $0.isMetricsPublic = true }
        #expect(throws: (any Error).self) {
            try gateway.reload(
                .inTests {
                    $0.userHeader = HTTPField.Name("X-Remote-User")
                    $0.trustedProxies = TrustedProxies(["loopback"]) ?? .none
                    $0.signingKeyFile = "/nonexistent/key"
                })
        }
        #expect(try await status(gateway) == .ok)
    }
}
