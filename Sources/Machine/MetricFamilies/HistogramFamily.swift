import Synchronization

/// Histograms of durations with one name, one for each combination of label values that has occurred.
///
/// Label values must come from a bounded set, as for ``CounterFamily``.
package final class HistogramFamily: Sendable {
    /// Upper bounds in seconds, with their text.
    static let bounds: [(nanoseconds: Int64, text: String)] = [
        (1_000_000, "0.001"), (2_500_000, "0.0025"), (5_000_000, "0.005"), (10_000_000, "0.01"), (25_000_000, "0.025"), (50_000_000, "0.05"),
        (100_000_000, "0.1"), (250_000_000, "0.25"), (500_000_000, "0.5"), (1_000_000_000, "1"), (2_500_000_000, "2.5"), (5_000_000_000, "5"),
        (10_000_000_000, "10"), (60_000_000_000, "60"),
    ]

    private struct Histogram {
        /// One more than the number of bounds.
        var counts = [Int](repeating: 0, count: HistogramFamily.bounds.count + 1)
        var nanoseconds: Int64 = 0
    }

    private let name: String
    private let help: String
    private let labels: [String]
    private let histograms = Mutex<[[String]: Histogram]>([:])

    /// - Parameter labels: names of the labels, in the order of the values for ``record(_:_:)``.
    package init(_ name: String, _ help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// Adds a duration to the histogram with these label values.
    package func record(_ duration: Duration, _ labelValues: String...) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        let bucket = Self.bounds.firstIndex { nanoseconds <= $0.nanoseconds } ?? Self.bounds.count
        histograms.withLock { histograms in
            let isKnown = histograms[labelValues] != nil || histograms.count < CounterFamily.capacity
            let key = isKnown ? labelValues : labelValues.map { _ in "other" }
            histograms[key, default: Histogram()].counts[bucket] &+= 1
            histograms[key]?.nanoseconds &+= nanoseconds
        }
    }

    /// Writes all histograms, sorted by label values.
    package func write(to text: inout MetricsText) {
        text.head(name, "histogram", help)
        let histograms = histograms.withLock { $0 }
        for (labelValues, histogram) in histograms.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let pairs = Array(zip(labels, labelValues))
            var total = 0
            for (count, bound) in zip(histogram.counts, Self.bounds.map(\.text) + ["+Inf"]) {
                total &+= count
                text.sample(name + "_bucket", pairs + [("le", bound)], String(total))
            }
            text.sample(name + "_sum", pairs, String(Double(histogram.nanoseconds) / 1e9))
            text.sample(name + "_count", pairs, String(total))
        }
    }
}
