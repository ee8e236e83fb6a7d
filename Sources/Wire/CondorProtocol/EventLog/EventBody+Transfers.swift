import ClassAd

// Events about files and the space for them.
extension EventBody {
    /// The texts of the steps, numbered from 1.
    private static let steps = [
        "Entered queue to transfer input files", "Started transferring input files", "Finished transferring input files",
        "Entered queue to transfer output files", "Started transferring output files", "Finished transferring output files",
    ]

    mutating func fileTransfer() {
        let text = String(logged: TextCursor.trimmed(head))
        guard let step = Self.steps.firstIndex(of: text) else { return }
        attributes.set("Type", step + 1)
        while var line = line() {
            if line.skip("\tSeconds spent in queue: ") {
                set("QueueingDelay", line.integer())
            } else if line.skip("\tTransferring to host: ") {
                set("Host", line.rest)
            }
        }
    }

    /// Reads lines with a label and a value. The first one follows the time.
    mutating func labelledValues() {
        var next: TextCursor? = TextCursor(head)
        while let line = next {
            let cursor = TextCursor(line.trimmed)
            for (label, name, isNumber) in Self.labels {
                var cursor = cursor
                guard cursor.skip(label) else { continue }
                if isNumber {
                    set(name, cursor.integer())
                } else {
                    set(name, cursor.trimmed)
                }
                break
            }
            next = self.line()
        }
    }

    private static let labels: [(StaticString, String, isNumber: Bool)] = [
        ("Bytes reserved:", "ReservedSpace", true), ("Reservation Expiration:", "ExpirationTime", true), ("Reservation UUID:", "UUID", false),
        ("Tag:", "Tag", false), ("Bytes:", "Size", true), ("Checksum Value:", "Checksum", false), ("Checksum Type:", "ChecksumType", false),
        ("UUID:", "UUID", false),
    ]
}
