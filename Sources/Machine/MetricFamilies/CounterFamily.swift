import Synchronization

/// Counters with one name, one for each combination of label values that has occurred (Prometheus text format 0.0.4).
///
/// Label values must come from a bounded set. Beyond ``capacity`` combinations, everything is counted under `other`.
package final class CounterFamily: Sendable {
    /// The largest number of label combinations that are counted separately.
    package static let capacity = 2000

    private let name: String
    private let help: String
    private let labels: [String]
    private let values = Mutex<[[String]: Int]>([:])

    /// - Parameter labels: names of the labels, in the order of the values for ``add(_:_:)``.
    package init(_ name: String, _ help: String, labels: [String] = []) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// Adds to the counter with these label values.
    package func add(_ amount: Int = 1, _ labelValues: String...) {
        values.withLock { values in
            let isKnown = values[labelValues] != nil || values.count < Self.capacity
            let key = isKnown ? labelValues : labelValues.map { _ in "other" }
            values[key, default: 0] &+= amount
        }
    }

    /// Writes all counters, sorted by label values.
    package func write(to text: inout MetricsText) {
        text.head(name, "counter", help)
        let values = values.withLock { $0 }
        for (labelValues, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            text.sample(name, Array(zip(labels, labelValues)), String(value))
        }
    }
}
