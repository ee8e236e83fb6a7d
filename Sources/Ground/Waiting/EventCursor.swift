import Text

/// A place in a stream of events: behind the event with a number, as one ring of one process counts. Clients see it as an opaque text.
package struct EventCursor: Sendable, Hashable {
    /// Distinguishes the rings of all streams and all processes.
    package var epoch: UInt64
    /// The number of the last event before the place; 0 for the beginning.
    package var sequence: UInt64

    /// The cursor as clients see it.
    package var text: String {
        "e1-\(Hex.string(epoch))-\(sequence)"
    }

    package init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Nil unless ``text`` made the text.
    package init?(_ text: String) {
        guard text.utf8.count <= 48 else { return nil }
        let parts = text.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "e1", let epoch = UInt64(parts[1], radix: 16), let sequence = UInt64(parts[2]) else { return nil }
        self.init(epoch: epoch, sequence: sequence)
        guard self.text == text else { return nil }
    }
}
