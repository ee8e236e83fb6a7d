package import ClassAd
package import CondorProtocol
import Glibc

/// Where a look into the history stops: at a job, or at a time.
package enum HistorySince: Sendable, Hashable {
    case job(JobID)
    /// Seconds since 1970.
    case time(Int64)

    /// `7.0`, seconds since 1970, or a time of RFC 3339.
    package init?(_ text: String) {
        if let id = JobID(text) {
            self = .job(id)
        } else if let seconds = Int64(text), seconds >= 0 {
            self = .time(seconds)
        } else if let seconds = Self.seconds(text) {
            self = .time(seconds)
        } else {
            return nil
        }
    }

    /// Stops the scan; nil where records are selected by their time instead.
    ///
    /// Records are in the order in which jobs left the queue, which is not that of their times: a job may stay in the queue for days after its completion.
    package var stop: ExprTree? {
        guard case .job(let id) = self else { return nil }
        return JobSelection.job(id).expression
    }

    /// True for the records behind a time.
    package var expression: ExprTree? {
        guard case .time(let seconds) = self, let end = try? ExprTree.parse("(CompletionDate ?: 0) > 0 ? CompletionDate : EnteredCurrentStatus")
        else { return nil }
        return .binary(.greaterThan, end, .integer(seconds))
    }

    /// `YYYY-MM-DDTHH:MM:SS`, a fraction, and `Z` or an offset; a blank is taken for the plus sign that it was in the query.
    private static func seconds(_ text: String) -> Int64? {
        var bytes = Array(text.utf8)[...]
        func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
            let digits = bytes.prefix(count)
            guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            bytes = bytes.dropFirst(count)
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            return range.contains(value) ? value : nil
        }
        func skip(_ allowed: String) -> UInt8? {
            guard let byte = bytes.first, allowed.utf8.contains(byte) else { return nil }
            bytes = bytes.dropFirst()
            return byte
        }
        guard let year = number(4, 1970...9999), skip("-") != nil, let month = number(2, 1...12), skip("-") != nil, let day = number(2, 1...31),
            skip("Tt ") != nil, let hour = number(2, 0...23), skip(":") != nil, let minute = number(2, 0...59), skip(":") != nil,
            let second = number(2, 0...60)
        else { return nil }
        if skip(".") != nil {
            let fraction = bytes.prefix { (0x30...0x39).contains($0) }
            if fraction.isEmpty { return nil }
            bytes = bytes[fraction.endIndex...]
        }
        guard let zone = skip("Zz+- ") else { return nil }
        var offset = 0
        if zone | 0x20 != UInt8(ascii: "z") {
            guard let hours = number(2, 0...23), skip(":") != nil, let minutes = number(2, 0...59) else { return nil }
            offset = (hours * 60 + minutes) * (zone == UInt8(ascii: "-") ? -60 : 60)
        }
        guard bytes.isEmpty else { return nil }
        var time = tm()
        time.tm_year = Int32(year - 1900)
        time.tm_mon = Int32(month - 1)
        time.tm_mday = Int32(day)
        time.tm_hour = Int32(hour)
        time.tm_min = Int32(minute)
        time.tm_sec = Int32(second)
        let seconds = timegm(&time)
        // The 30th of February becomes another day.
        guard time.tm_mday == Int32(day) else { return nil }
        return Int64(seconds) - Int64(offset)
    }
}
