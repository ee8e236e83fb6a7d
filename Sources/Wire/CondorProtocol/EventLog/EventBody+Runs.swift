import ClassAd

// The events that end a run: how it ended, and what it used.
extension EventBody {
    mutating func checkpoint() {
        usage("RunRemoteUsage", "RunLocalUsage")
        var sent = 0.0
        if var line = line(), let number = line.number() { sent = number }
        attributes.set("SentBytes", sent)
    }

    mutating func eviction() {
        var cursor = TextCursor(head)
        let codes = cursor.scan("Job was evicted.") ? Self.codes(cursor) : nil
        var isCheckpointed = false
        var isRequeued = false
        if var line = line(), line.scan(" ("), let mark = line.integer(), line.scan(") ") {
            isCheckpointed = mark != 0
            isRequeued = line.skip("Job terminated and was requeued")
        }
        attributes.set("Checkpointed", isCheckpointed)
        usage("RunRemoteUsage", "RunLocalUsage")
        bytes(sent: "SentBytes", received: "ReceivedBytes")
        attributes.set("TerminatedAndRequeued", isRequeued)
        attributes.set("TerminatedNormally", false)
        if isRequeued { ending() }
        if var line = line() {
            if line.skip("\tPartitionable Resources") {
                // The table, which HTCondor does not read here. There is no reason then.
            } else if line.skip("\tReason: ") {
                set("Reason", line.rest)
            } else {
                set("Reason", line.trimmed)
            }
        }
        if let codes {
            if codes.code != 0 { attributes.set("ReasonCode", codes.code) }
            if codes.subCode != 0 { attributes.set("ReasonSubCode", codes.subCode) }
        }
    }

    /// - Parameter subject: the party that transferred data: `Job` or `Node`.
    mutating func termination(of subject: StaticString) {
        ending()
        usage("RunRemoteUsage", "RunLocalUsage", "TotalRemoteUsage", "TotalLocalUsage")
        for name in ["SentBytes", "ReceivedBytes", "TotalSentBytes", "TotalReceivedBytes"] { attributes.set(name, 0.0) }
        while var line = line() {
            if let header = ResourceColumns(line.rest) {
                table(header)
                return
            }
            guard let number = line.number(), line.scan(" - ") else { return }
            let isTotal = line.scan("Total ")
            guard isTotal || line.scan("Run ") else { return }
            let isReceived = line.scan("Bytes Received ")
            guard isReceived || line.scan("Bytes Sent "), line.scan("By "), line.skip(subject) else { return }
            attributes.set((isTotal ? "Total" : "") + (isReceived ? "ReceivedBytes" : "SentBytes"), number)
        }
    }

    /// `(1) Normal termination (return value 0)`, or `(0) Abnormal termination (signal 9)` followed by a line about the core file.
    mutating func ending() {
        guard var line = line(), line.scan(" ("), let mark = line.integer(), line.scan(") ") else { return }
        attributes.set("TerminatedNormally", mark != 0)
        if mark != 0 {
            if line.scan("Normal termination (return value ") { set("ReturnValue", line.integer()) }
            return
        }
        if line.scan("Abnormal termination (signal ") { set("TerminatedBySignal", line.integer()) }
        guard let core = self.line() else { return }
        var text = TextCursor(core.trimmed)
        if text.skip("(1) Corefile in: ") { set("CoreFile", text.rest) }
    }

    /// Reads the next lines, `Usr 0 00:00:01, Sys 0 00:00:00  -  Run Remote Usage`, each under one of the names, in HTCondor's form.
    mutating func usage(_ names: String...) {
        for name in names {
            guard let line = line() else { return }
            guard let times = Self.processorTimes(line) else { return unreadLine() }
            attributes.set(name, "Usr \(times.user), Sys \(times.system)")
        }
    }

    /// Days and hours, minutes, seconds in HTCondor's form.
    private static func processorTimes(_ line: TextCursor) -> (user: String, system: String)? {
        var line = line
        guard line.scan(" Usr "), let user = time(&line), line.scan(", Sys "), let system = time(&line) else { return nil }
        return (user, system)
    }

    private static func time(_ line: inout TextCursor) -> String? {
        guard let days = line.integer(), let hours = line.integer(), line.skip(UInt8(ascii: ":")), let minutes = line.integer(),
            line.skip(UInt8(ascii: ":")),
            let seconds = line.integer(), [days, hours, minutes, seconds].allSatisfy({ (0...1_000_000_000).contains($0) })
        else { return nil }
        let sum = seconds + 60 * minutes + 3600 * hours + 86_400 * days
        func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
        return "\(sum / 86_400) \(two(sum / 3600 % 24)):\(two(sum / 60 % 60)):\(two(sum % 60))"
    }

    /// Reads two lines that begin with a number of bytes.
    mutating func bytes(sent: String, received: String) {
        for name in [sent, received] {
            guard var line = line() else {
                attributes.set(name, 0.0)
                continue
            }
            if let number = line.number(), line.scan(" - Run Bytes ") {
                attributes.set(name, number)
            } else {
                unreadLine()
                attributes.set(name, 0.0)
            }
        }
    }

    /// Reads the rows of the table of resources: `Memory (MB) : 5 16 128` becomes MemoryUsage, RequestMemory and Memory.
    private mutating func table(_ columns: ResourceColumns) {
        while var line = line() {
            guard let label = line.upTo(":") else { return }
            let tag = TextCursor.trimmed(label).prefix { $0 != 0x20 }
            guard !tag.isEmpty, tag.allSatisfy({ !TextCursor.isSpace($0) }) else { continue }
            let name = String(logged: tag)
            for (attribute, column) in [
                (name + "Usage", columns.usage), ("Request" + name, columns.request), (name, columns.allocated),
                ("Assigned" + name, columns.assigned),
            ] {
                guard let column else { continue }
                let text = TextCursor.trimmed(line.rest.dropFirst(column.lowerBound).prefix(column.count))
                if !text.isEmpty, let value = try? ExprTree.parse(String(logged: text), syntax: .old) { attributes.set(attribute, value) }
            }
        }
    }
}

/// The columns of the table of resources, as byte ranges after the colon.
private struct ResourceColumns {
    var usage: Range<Int>?
    var request: Range<Int>?
    var allocated: Range<Int>?
    var assigned: Range<Int>?

    /// Reads the table's first line, `Partitionable Resources :    Usage  Request Allocated Assigned`; nil for any other line.
    init?(_ line: ArraySlice<UInt8>) {
        var cursor = TextCursor(line)
        guard cursor.skip("\tPartitionable ") || cursor.skip("\tResources"), cursor.upTo(":") != nil else { return nil }
        let start = cursor.rest.startIndex
        var edge = 0
        // A column ends one byte after its title, which is right-aligned.
        func next() -> Range<Int>? {
            let title = cursor.word()
            guard !title.isEmpty else { return nil }
            defer { edge = title.endIndex - start + 1 }
            return edge..<title.endIndex - start + 1
        }
        usage = next()
        request = next()
        let place = cursor
        if cursor.word().elementsEqual("Allocated".utf8) {
            cursor = place
            allocated = next()
        } else {
            cursor = place
        }
        cursor.skipSpaces()
        if cursor.rest.starts(with: "Assigned".utf8) { assigned = cursor.rest.startIndex - start..<Int.max }
    }
}
