import Glibc

/// The time of an event.
package struct EventTime: Sendable, Hashable, CustomStringConvertible {
    /// Seconds since 1970.
    package var seconds: Int64
    /// 0 to 999,999; also 0 if the log has whole seconds.
    package var microseconds: Int

    package init(seconds: Int64, microseconds: Int = 0) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    /// RFC 3339 in UTC, with milliseconds if the log has fractions of a second.
    package var description: String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = "\(Self.digits(Int(parts.tm_year) + 1900, 4))-\(Self.digits(Int(parts.tm_mon) + 1, 2))-\(Self.digits(Int(parts.tm_mday), 2))"
        text += "T\(Self.digits(Int(parts.tm_hour), 2)):\(Self.digits(Int(parts.tm_min), 2)):\(Self.digits(Int(parts.tm_sec), 2))"
        if microseconds > 0 { text += "." + Self.digits(microseconds / 1000, 3) }
        return text + "Z"
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return text.utf8.count < width ? String(repeating: "0", count: width - text.utf8.count) + text : text
    }

    /// Reads a date and a time: `2026-11-21 10:00:00`, optionally with a `T` between them, or `11/21 10:00:00` in logs from before 8.8.2. A
    /// fraction of a second and `Z` or an offset may follow. Without either, the time is in this host's local time zone.
    ///
    /// - Parameter now: seconds since 1970, for dates without a year: the last such day that is not later than tomorrow.
    init?(_ text: inout TextCursor, now: Int64) {
        var parts = tm()
        parts.tm_isdst = -1
        let hasYear: Bool
        let start = text
        if let month = text.digits(2), text.skip(UInt8(ascii: "/")) {
            hasYear = false
            guard let day = text.digits(2), text.skip(UInt8(ascii: " ")) else { return nil }
            parts.tm_year = Self.year(now)
            parts.tm_mon = Int32(month - 1)
            parts.tm_mday = Int32(day)
        } else {
            text = start
            hasYear = true
            guard let year = text.digits(4), text.skip(UInt8(ascii: "-")), let month = text.digits(2), text.skip(UInt8(ascii: "-")),
                let day = text.digits(2), text.skip(UInt8(ascii: " ")) || text.skip(UInt8(ascii: "T"))
            else { return nil }
            parts.tm_year = Int32(year - 1900)
            parts.tm_mon = Int32(month - 1)
            parts.tm_mday = Int32(day)
        }
        guard let hour = text.digits(2), text.skip(UInt8(ascii: ":")), let minute = text.digits(2), text.skip(UInt8(ascii: ":")),
            let second = text.digits(2),
            (0...11).contains(parts.tm_mon), (1...31).contains(parts.tm_mday), hour <= 24, minute < 60, second <= 60
        else { return nil }
        parts.tm_hour = Int32(hour)
        parts.tm_min = Int32(minute)
        parts.tm_sec = Int32(second)
        microseconds = text.skip(UInt8(ascii: ".")) ? text.millionths() : 0
        if let offset = text.timeOffset() {
            seconds = Int64(timegm(&parts)) - offset
        } else {
            var copy = parts
            seconds = Int64(mktime(&copy))
            if !hasYear, seconds > now.addingReportingOverflow(86_400).partialValue {
                parts.tm_year -= 1
                seconds = Int64(mktime(&parts))
            }
        }
    }

    private static func year(_ now: Int64) -> Int32 {
        var time = time_t(now)
        var parts = tm()
        localtime_r(&time, &parts)
        return parts.tm_year
    }
}

extension TextCursor {
    /// Reads the digits after a decimal point, in millionths.
    fileprivate mutating func millionths() -> Int {
        var value = 0
        var count = 0
        while let byte = first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            if count < 6 { value = value * 10 + Int(byte & 15) }
            count += 1
            drop(1)
        }
        while count < 6 {
            value *= 10
            count += 1
        }
        return value
    }

    /// Reads `Z`, `+hh:mm` or `-hhmm`, in seconds east of Greenwich.
    fileprivate mutating func timeOffset() -> Int64? {
        if skip(UInt8(ascii: "Z")) { return 0 }
        let start = self
        let isWest = first == UInt8(ascii: "-")
        guard isWest || first == UInt8(ascii: "+") else { return nil }
        drop(1)
        guard let hours = digits(2) else {
            self = start
            return nil
        }
        _ = skip(UInt8(ascii: ":"))
        let seconds = Int64(hours * 3600 + (digits(2) ?? 0) * 60)
        return isWest ? -seconds : seconds
    }
}
