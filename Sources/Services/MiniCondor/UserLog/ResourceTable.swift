import ClassAd

/// The table of a job's requested, allocated and used resources, at the end of the events that end a run.
struct ResourceTable {
    private struct Row {
        var label: String
        var use = ""
        var request = ""
        var allocated = ""
    }

    private var rows: [Row]

    /// - Parameter time: when the run ended, in seconds since 1970.
    init(_ job: JobSnapshot, _ usage: JobUsage, at time: Int64) {
        func integer(_ name: String) -> Int64? {
            switch job.evaluate(name) {
            case .integer(let value): value
            case .real(let value): Int64(exactly: value.rounded())
            default: nil
            }
        }
        func text(_ name: String) -> String { integer(name).map(String.init) ?? "" }
        func seconds(since name: String) -> String? { integer(name).flatMap { $0 > 0 && $0 <= time ? String(time - $0) : nil } }

        let busy = seconds(since: "JobCurrentStartDate") ?? seconds(since: "ShadowBday")
        let executing = seconds(since: "JobCurrentStartExecutingDate")
        let hasRun = executing != nil
        var cpusUse = ""
        if hasRun {
            let wall = executing.flatMap(Double.init) ?? 0
            let share = wall > 0 ? ((usage.userCPU + usage.systemCPU) / wall * 100).rounded() / 100 : 0
            cpusUse = share == share.rounded() ? "\(Int(exactly: share) ?? 0)" : Self.twoDecimals(share)
        }
        rows = [
            Row(label: "Cpus", use: cpusUse, request: text("RequestCpus"), allocated: text("CpusProvisioned")),
            Row(
                label: "Disk (KB)", use: usage.diskUsageKB > 0 ? String(usage.diskUsageKB) : "", request: text("RequestDisk"),
                allocated: text("DiskProvisioned")),
            Row(label: "GPUs", request: text("RequestGPUs"), allocated: integer("GpusProvisioned").map(String.init) ?? "0"),
            Row(
                label: "Memory (MB)", use: hasRun ? String(usage.memoryUsageMB) : "", request: text("RequestMemory"),
                allocated: text("MemoryProvisioned")),
        ]
        if let executing { rows.append(Row(label: "TimeExecute (s)", use: executing)) }
        if let busy { rows.append(Row(label: "TimeSlotBusy (s)", use: busy)) }
        // If one number has decimals, pad the integers so that the decimal points are aligned.
        if rows.contains(where: { $0.use.utf8.contains(UInt8(ascii: ".")) }) {
            for i in rows.indices where !rows[i].use.isEmpty && !rows[i].use.utf8.contains(UInt8(ascii: ".")) { rows[i].use += "   " }
        }
    }

    func append(to text: inout String) {
        let useWidth = rows.reduce(8) { max($0, $1.use.utf8.count) }
        let requestWidth = rows.reduce(8) { max($0, $1.request.utf8.count) }
        let allocatedWidth = rows.reduce(9) { max($0, $1.allocated.utf8.count) }
        text += "\tPartitionable Resources : \(right("Usage", useWidth)) \(right("Request", requestWidth)) \(right("Allocated", allocatedWidth)) \n"
        for row in rows {
            let label = row.label + String(repeating: " ", count: max(0, 20 - row.label.utf8.count))
            text += "\t   \(label) : \(right(row.use, useWidth)) \(right(row.request, requestWidth)) \(right(row.allocated, allocatedWidth)) \n"
        }
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    private static func twoDecimals(_ value: Double) -> String {
        guard let hundredths = Int(exactly: (value * 100).rounded()) else { return "0.00" }
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
