@testable import Gateway
import HTTPMessages
import HTTPTypes
import Testing

@Suite struct MetricsTests {
    @Test func onlyThisMachineNeedsNoIdentity() async throws {
        let gateway = try Gateway.inTests()
        for local in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            #expect(try await gateway.answer(.get, "/metrics", from: local).status == .ok, "\(local)")
        }
        for remote in ["192.0.2.1", "2001:db8::1", "::", "::2", "::ffff:192.0.2.1"] {
            #expect(try await gateway.answer(.get, "/metrics", from: remote).status == .unauthorized, "\(remote)")
        }
        // A proxy on this machine speaks for somebody elsewhere.
        #expect(
            try await gateway.answer(.get, "/metrics", [HTTPField.Name("X-Forwarded-For")!: "192.0.2.1"], from: "127.0.0.1").status == .unauthorized)
        #expect(try await Gateway.inTests { $0.isMetricsPublic = true }.answer(.get, "/metrics").status == .ok)
    }
}
