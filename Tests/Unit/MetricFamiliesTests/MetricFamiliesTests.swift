@testable import MetricFamilies
import Testing

/// Families of figures, and Prometheus' text.
@Suite struct MetricFamiliesTests {
    @Test func theTextIsWhatPrometheusReads() {
        let requests = CounterFamily("r_total", "Requests.", labels: ["method", "route"])
        requests.add(2, "GET", "/a\"b\\c\nd")
        requests.add(1, "DELETE", "/")
        let durations = HistogramFamily("d_seconds", "Time.", labels: ["command"])
        durations.record(.milliseconds(1), "Q")
        durations.record(.milliseconds(30), "Q")
        durations.record(.seconds(300), "Q")
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
