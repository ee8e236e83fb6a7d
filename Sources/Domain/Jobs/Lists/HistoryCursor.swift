import ClassAd
import CondorModel

/// Where a page of the history begins: after the record with this job id and time of the last change of state. Clients treat it as opaque text.
package struct HistoryCursor: Sendable, Equatable {
    let job: JobID
    let entered: Int64

    static let projection = ["ClusterId", "ProcId", "EnteredCurrentStatus"]

    /// Nil if the record has no job id.
    init?(after record: WireAd) {
        guard let job = JobID(record) else { return nil }
        self.job = job
        entered = record.integer("EnteredCurrentStatus") ?? 0
    }

    /// Nil unless ``text`` produced `text`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "h1", let job = JobID(parts[1] + "." + parts[2]), let entered = Int64(parts[3]) else { return nil }
        self.job = job
        self.entered = entered
        guard self.text == text else { return nil }
    }

    package var text: String { "h1-\(job.cluster)-\(job.proc)-\(entered)" }
}
