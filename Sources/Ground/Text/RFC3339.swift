/// Times in the form of RFC 3339, `2026-11-21T08:00:00Z`.
package enum RFC3339 {
    /// The last second of the year 9999, the last one with this form.
    package static let latest: Int64 = 253_402_300_799
    /// The first second of the year 0.
    package static let earliest: Int64 = -62_167_219_200

    /// A time in UTC.
    /// - Parameters:
    ///   - seconds: seconds since 1970; clamped to the years 0 to 9999.
    ///   - milliseconds: 0 to 999, written as three decimals; nil writes none.
    package static func string(_ seconds: Int64, milliseconds: Int? = nil) -> String {
        let seconds = min(max(seconds, earliest), latest)
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let date = civil(days)
        var text = "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
        text += "T\(digits(rest / 3_600, 2)):\(digits(rest / 60 % 60, 2)):\(digits(rest % 60, 2))"
        if let milliseconds { text += ".\(digits(Int64(min(max(milliseconds, 0), 999)), 3))" }
        return text + "Z"
    }

    /// Parses a time as seconds since 1970; fractions of a second are dropped. Nil for text that is not a time.
    ///
    /// Both letters may be in lower case, and the `T` may be a space (RFC 3339, section 5.6). A space before the offset stands for a plus sign,
    /// because clients forget to encode it in queries. Second 60, a leap second, counts as the next second.
    /// - Parameter years: the accepted years.
    package static func seconds(_ text: some StringProtocol, years: ClosedRange<Int64> = 0...9_999) -> Int64? {
        var bytes = Array(text.utf8)[...]
        func number(_ count: Int, _ range: ClosedRange<Int64>) -> Int64? {
            let digits = bytes.prefix(count)
            guard digits.count == count, digits.allSatisfy({ ASCII.isDigit($0) }) else { return nil }
            bytes = bytes.dropFirst(count)
            let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 & 15) }
            return range.contains(value) ? value : nil
        }
        func skip(_ accepted: StaticString) -> UInt8? {
            guard let byte = bytes.first, UnsafeBufferPointer(start: accepted.utf8Start, count: accepted.utf8CodeUnitCount).contains(byte) else {
                return nil
            }
            bytes = bytes.dropFirst()
            return byte
        }
        guard let year = number(4, years), skip("-") != nil, let month = number(2, 1...12), skip("-") != nil, let day = number(2, 1...31),
            skip("Tt ") != nil, let hour = number(2, 0...23), skip(":") != nil, let minute = number(2, 0...59), skip(":") != nil,
            let second = number(2, 0...60)
        else { return nil }
        if skip(".") != nil {
            let fraction = bytes.prefix { ASCII.isDigit($0) }
            guard !fraction.isEmpty else { return nil }
            bytes = bytes[fraction.endIndex...]
        }
        guard let zone = skip("Zz+- ") else { return nil }
        var offset: Int64 = 0
        if ASCII.lowercased(zone) != UInt8(ascii: "z") {
            guard let hours = number(2, 0...23), skip(":") != nil, let minutes = number(2, 0...59) else { return nil }
            offset = (hours * 60 + minutes) * (zone == UInt8(ascii: "-") ? -60 : 60)
        }
        let days = days(year: year, month: month, day: day)
        guard bytes.isEmpty, civil(days).day == day else { return nil }
        return days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    }

    /// Days since 1970-01-01 of a date in the Gregorian calendar, extended to earlier years.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years are counted from March, so that the leap day is a year's last; 400 years have 146,097 days.
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a number of days since 1970-01-01.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
    }
}
