import CondorClient
@testable import Gateway
import HTTPMessages
import HTTPTypes
import Logging
import NIOCore
import Testing

@Suite struct MetricsTests {
    private static func gateway(_ change: (inout GatewayConfiguration) -> Void = { _ in }) throws -> Gateway {
        var configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .address("127.0.0.1:1")), trustDomain: "pool.test", uidDomain: "pool.test")
        change(&configuration)
        return try Gateway(configuration)
    }

    private static func scrape(_ gateway: Gateway, from peer: String, _ headers: HTTPFields = [:]) async throws -> HTTPResponse.Status {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let request = Request(
            method: .get, target: try RequestTarget("/metrics"), headers: headers, peer: try SocketAddress(ipAddress: peer, port: 1), id: "r",
            logger: logger)
        return await gateway.respond(to: request).status
    }

    @Test func onlyThisMachineNeedsNoIdentity() async throws {
        let gateway = try Self.gateway()
        for local in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] { #expect(try await Self.scrape(gateway, from: local) == .ok, "\(local)") }
        for remote in ["192.0.2.1", "2001:db8::1", "::", "::2", "::ffff:192.0.2.1"] {
            #expect(try await Self.scrape(gateway, from: remote) == .unauthorized, "\(remote)")
        }
        // A proxy on this machine speaks for somebody elsewhere.
        #expect(try await Self.scrape(gateway, from: "127.0.0.1", [HTTPField.Name("X-Forwarded-For")!: "192.0.2.1"]) == .unauthorized)
        #expect(try await Self.scrape(try Self.gateway { $0.isMetricsPublic = true }, from: "192.0.2.1") == .ok)
    }
}
