import ClassAd
package import CondorModel
import Text

/// Where a search of the history stops: at a job or at a time.
package enum HistorySince: Sendable, Hashable {
    case job(JobID)
    /// Seconds since 1970.
    case time(Int64)

    /// Parses `7.0`, seconds since 1970, or an RFC 3339 time.
    package init?(_ text: String) {
        if let id = JobID(text) {
            self = .job(id)
        } else if let seconds = Int64(text), seconds >= 0, text.utf8.first != UInt8(ascii: "+") {
            self = .time(seconds)
        } else if let seconds = RFC3339.seconds(text, years: 1970...9999) {
            self = .time(seconds)
        } else {
            return nil
        }
    }

    /// The expression that ends the scan; nil if records are selected by time instead.
    ///
    /// Records are ordered by when jobs left the queue, not by their times: a job may stay in the queue for days after it has completed.
    var stop: ExprTree? {
        guard case .job(let id) = self else { return nil }
        return JobSelection.job(id).expression
    }

    /// True for records after the time.
    var expression: ExprTree? {
        guard case .time(let seconds) = self, let end = try? ExprTree.parse("(CompletionDate ?: 0) > 0 ? CompletionDate : EnteredCurrentStatus")
        else { return nil }
        return .binary(.greaterThan, end, .integer(seconds))
    }
}
