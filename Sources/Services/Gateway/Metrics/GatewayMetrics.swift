import CondorClient
import CondorProtocol
import HTTPMessages
import HTTPServer
import HTTPTypes
import MetricFamilies
import NIOConcurrencyHelpers
import NIOCore

/// The gateway's metrics. All label values come from bounded sets: known methods, paths as the endpoints declare them, codes, commands.
final class GatewayMetrics: Sendable {
    private let requests = CounterFamily("htapi_http_requests_total", "Requests answered.", labels: ["method", "route", "code"])
    private let durations = HistogramFamily(
        "htapi_http_request_duration_seconds", "Time from a request's head to the end of its answer.", labels: ["method", "route"])
    private let sent = CounterFamily("htapi_http_response_bytes_total", "Bytes sent in response bodies.")
    private let received = CounterFamily("htapi_http_request_bytes_total", "Bytes read from request bodies.")
    private let cut = CounterFamily("htapi_http_responses_cut_total", "Responses that were cut off.")
    private let commands = HistogramFamily(
        "htapi_scheduler_command_duration_seconds", "Commands to the scheduler and the collector, by outcome.", labels: ["command", "outcome"])
    private let gauges = NIOLockedValueBox((requests: 0, streams: 0))

    init() {
        // Creates the counters, so that they are reported from the start.
        sent.add(0)
        received.add(0)
        cut.add(0)
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// Counts a request as running until ``record(_:)``.
    func begin() { gauges.withLockedValue { $0.requests += 1 } }

    func record(_ record: AccessRecord) {
        let method = Self.methods.contains(record.request.method.rawValue) ? record.request.method.rawValue : "other"
        let route = record.route ?? "none"
        requests.add(1, method, route, String(record.status.code))
        durations.record(.nanoseconds(record.duration.nanoseconds), method, route)
        sent.add(record.bytes)
        received.add(record.bytesReceived)
        if !record.isWhole { cut.add() }
        gauges.withLockedValue { $0.requests -= 1 }
    }

    /// Wraps the answer so that it counts as a stream while it is being streamed.
    func counting(_ response: Response) -> Response {
        guard case .stream(let length, let write) = response.body else { return response }
        var response = response
        response.body = .stream(length: length) { [self] client in
            gauges.withLockedValue { $0.streams += 1 }
            defer { gauges.withLockedValue { $0.streams -= 1 } }
            try await write(client)
        }
        return response
    }

    func record(_ command: CommandReport) {
        commands.record(
            .nanoseconds(command.duration.nanoseconds), command.command.description, command.failure?.description.replacing(" ", with: "_") ?? "ok")
    }

    /// All metrics in Prometheus' text format.
    func text(sessions: Int) -> [UInt8] {
        var text = MetricsText()
        requests.write(to: &text)
        durations.write(to: &text)
        sent.write(to: &text)
        received.write(to: &text)
        cut.write(to: &text)
        commands.write(to: &text)
        let now = gauges.withLockedValue { $0 }
        text.gauge("htapi_http_requests_running", "Requests whose responses are not complete.", now.requests)
        text.gauge("htapi_http_streams_open", "Responses that are being streamed.", now.streams)
        text.gauge("htapi_scheduler_sessions", "Security sessions in the cache.", sessions)
        text.head("htapi_build_info", "gauge", "Version of the gateway.")
        text.sample("htapi_build_info", [("version", GatewayVersion.number)], "1")
        return text.bytes
    }
}
