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

    @Test func theTextIsWhatPrometheusReads() {
        let requests = CounterFamily("r_total", "Requests.", labels: ["method", "route"])
        requests.add(2, "GET", "/a\"b\\c\nd")
        requests.add(1, "DELETE", "/")
        let durations = HistogramFamily("d_seconds", "Time.", labels: ["command"])
        durations.record(.milliseconds(1), "Q")
        durations.record(.milliseconds(30), "Q")
        durations.record(.minutes(5), "Q")
        var text = MetricsText()
        requests.write(to: &text)
        durations.write(to: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(
            lines[..<4] == [
                "# HELP r_total Requests.", "# TYPE r_total counter", #"r_total{method="DELETE",route="/"} 1"#,
                #"r_total{method="GET",route="/a\"b\\c\nd"} 2"#,
            ])
        #expect(lines[5] == "# TYPE d_seconds histogram")
        #expect(lines.contains(#"d_seconds_bucket{command="Q",le="0.001"} 1"#))
        #expect(lines.contains(#"d_seconds_bucket{command="Q",le="0.05"} 2"#))
        #expect(lines.contains(#"d_seconds_bucket{command="Q",le="60"} 2"#))
        #expect(
            lines.suffix(3) == [
                #"d_seconds_bucket{command="Q",le="+Inf"} 3"#, #"d_seconds_sum{command="Q"} 300.031"#, #"d_seconds_count{command="Q"} 3"#,
            ])
    }

    @Test func labelValuesAreBounded() {
        let family = CounterFamily("r_total", "Requests.", labels: ["route"])
        for number in 0..<10_000 { family.add(1, "/\(number)") }
        var text = MetricsText()
        family.write(to: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2 + CounterFamily.capacity + 1)
        #expect(lines.contains(#"r_total{route="other"} 8000"#))
    }
}
