import Glibc
import Text

/// Reads and writes points in time and durations as HTCondor does (src/classad/literals.cpp, src/classad/util.cpp).
extension AbsoluteTime {
    /// Reads four digits of a year and up to five groups of two digits (month, day, hour, minute, second) with anything between them, then
    /// optionally `Z`, `+hh:mm` or `+hhmm`. Without an offset, the local time zone applies.
    init?(_ text: String) {
        let parsed = text.withClassAdBytes { AbsoluteTime.parse(Array($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    private static func parse(_ text: [UInt8]) -> AbsoluteTime? {
        var bytes = text
        var explicitOffset: Int32?
        let count = bytes.count
        var last = count - 1
        while last >= 0, ASCII.isSpace(bytes[last]) { last -= 1 }
        func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        if last > 0, bytes[last] | 0x20 == UInt8(ascii: "z") {
            explicitOffset = 0
            bytes.remove(at: last)
        } else if count > 5, isSign(bytes[count - 5]) {
            explicitOffset = takeOffset(&bytes)
        } else if count > 6, isSign(bytes[count - 6]), bytes[count - 3] == UInt8(ascii: ":") {
            bytes.remove(at: count - 3)
            explicitOffset = takeOffset(&bytes)
        }

        var index = 0
        func skipToDigit() {
            while index < bytes.count, !ASCII.isDigit(bytes[index]) { index += 1 }
        }
        /// The digits at the start of the next `width` bytes, as read by `atoi`.
        func number(_ width: Int) -> Int32 {
            var value: Int32 = 0
            for byte in bytes[index..<index + width] {
                guard ASCII.isDigit(byte) else { break }
                value = value * 10 + Int32(byte & 15)
            }
            index += width
            return value
        }
        skipToDigit()
        guard index <= bytes.count - 4 else { return nil }
        var calendar = tm()
        calendar.tm_year = number(4) - 1900
        var fields: [Int32?] = []
        for _ in 0..<5 {
            skipToDigit()
            fields.append(index <= bytes.count - 2 ? number(2) : nil)
        }
        skipToDigit()
        guard index >= bytes.count else { return nil }
        if let month = fields[0] { calendar.tm_mon = month - 1 }
        calendar.tm_mday = fields[1] ?? 0
        calendar.tm_hour = fields[2] ?? 0
        calendar.tm_min = fields[3] ?? 0
        calendar.tm_sec = fields[4] ?? 0
        let local = mktime(&calendar)
        guard local != -1 else { return nil }
        let offset = explicitOffset ?? LocalTime.offset(at: Int64(local))
        guard offset != -1 else { return nil }
        return AbsoluteTime(
            seconds: Int64(local) + Int64(LocalTime.standardOffset(at: Int64(local))) - Int64(offset), offset: offset)
    }

    /// Removes `+hhmm` or `-hhmm` from the end and returns it in seconds.
    private static func takeOffset(_ bytes: inout [UInt8]) -> Int32? {
        let tail = bytes.suffix(5)
        guard tail.count == 5, let sign = tail.first, tail.dropFirst().allSatisfy({ ASCII.isDigit($0) }) else { return nil }
        let digits = tail.dropFirst().map { Int32($0 & 15) }
        let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
        bytes.removeLast(5)
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// `2026-11-21T02:14:31+00:00`, in the time's own offset.
    var text: String {
        let clock = seconds.addingReportingOverflow(Int64(offset)).partialValue
        let distance = offset > 0 ? offset : (offset == .min ? .max : -offset)
        return LocalTime.formatted("%Y-%m-%dT%H:%M:%S", LocalTime.utc(clock), limit: 32)
            + (offset > 0 ? "+" : "-") + padded(distance / 3600) + ":" + padded(distance / 60 % 60)
    }
}

/// Parses `[-][days+]hh:mm:ss`, `ss.s`, or with letters `2d 3h 4m 5.5s`; nil for anything else. In seconds.
func relativeTime(_ text: String) -> Double? {
    text.withClassAdBytes { bytes in
        var i = bytes.count - 1
        func skipSpace() {
            while i >= 0, ASCII.isSpace(bytes[i]) { i -= 1 }
        }
        /// The digits before `i`, in reading order.
        func digits() -> Range<Int> {
            let end = i + 1
            while i >= 0, ASCII.isDigit(bytes[i]) { i -= 1 }
            return i + 1..<end
        }
        func integer(_ range: Range<Int>) -> Int32 {
            let value = decimalInteger(UnsafeBufferPointer(rebasing: bytes[range]))
            return Int32(exactly: value) ?? 0
        }
        func field(_ letter: UInt8, _ sign: UInt8) -> Int32 {
            skipSpace()
            guard i >= 0, bytes[i] | 0x20 == letter || bytes[i] == sign else { return 0 }
            i -= 1
            skipSpace()
            return integer(digits())
        }
        skipSpace()
        var seconds = 0.0
        if i >= 0, bytes[i] | 0x20 == UInt8(ascii: "s") || ASCII.isDigit(bytes[i]) {
            if bytes[i] | 0x20 == UInt8(ascii: "s") { i -= 1 }
            skipSpace()
            var range = digits()
            if i >= 0, bytes[i] == UInt8(ascii: ".") {
                i -= 1
                range = digits().lowerBound..<range.upperBound
            }
            seconds = range.isEmpty ? 0 : DecimalNumber.double(UnsafeBufferPointer(rebasing: bytes[range]))
        }
        let minutes = field(UInt8(ascii: "m"), UInt8(ascii: ":"))
        let hours = field(UInt8(ascii: "h"), UInt8(ascii: ":"))
        let days = field(UInt8(ascii: "d"), UInt8(ascii: "+"))
        skipSpace()
        var isNegative = false
        if i >= 0, bytes[i] == UInt8(ascii: "-") {
            isNegative = true
            i -= 1
        }
        skipSpace()
        guard i < 0 else { return nil }
        let whole = days &* 86400 &+ hours &* 3600 &+ minutes &* 60
        let total = Double(whole) + seconds
        return isNegative ? -total : total
    }
}

/// A duration in HTCondor's form: `1+02:03:04`, `02:03:04`, `03:04`, `04`, with the fraction as printed by `%02g`.
func relativeTimeText(_ seconds: Double) -> String {
    var text = ""
    var rest = seconds
    if rest < 0 {
        text = "-"
        rest = -rest
    }
    let fraction = rest - rest.rounded(.down)
    let whole = truncatedInt32(rest)
    let days = whole / 86400
    let hours = whole % 86400 / 3600
    let minutes = whole % 86400 % 3600 / 60
    let last = Double(whole % 86400 % 3600 % 60) + fraction
    let lastText = fraction == 0 ? padded(truncatedInt32(last)) : formattedReal("%02g", last)
    if days != 0 { return text + "\(days)+" + padded(hours) + ":" + padded(minutes) + ":" + lastText }
    if hours != 0 { return text + padded(hours) + ":" + padded(minutes) + ":" + lastText }
    if minutes != 0 { return text + padded(minutes) + ":" + lastText }
    return text + lastText
}

/// Formats like `printf` with `%02d`.
func padded(_ number: Int32) -> String {
    let digits = String(number.magnitude)
    let width = number < 0 ? 1 : 2
    return (number < 0 ? "-" : "") + (digits.utf8.count < width ? "0" : "") + digits
}

/// Converts like C's `(int)` on x86-64: truncates, or gives the smallest number if the value does not fit.
func truncatedInt32(_ value: Double) -> Int32 {
    Int32(exactly: value.rounded(.towardZero)) ?? .min
}

/// Converts like C's `(long long)` on x86-64.
func truncatedInt64(_ value: Double) -> Int64 {
    Int64(exactly: value.rounded(.towardZero)) ?? .min
}

/// Formats a double by C's `printf`.
func formattedReal(_ format: StaticString, _ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        let length = withVaList([value]) { arguments in
            format.utf8Start.withMemoryRebound(to: CChar.self, capacity: format.utf8CodeUnitCount + 1) { format in
                vsnprintf(buffer.baseAddress, buffer.count, format, arguments)
            }
        }
        let count = Swift.max(0, Swift.min(Int(length), buffer.count - 1))
        return String(decoding: UnsafeRawBufferPointer(buffer)[0..<count], as: UTF8.self)
    }
}

/// The C library's calendar.
enum LocalTime {
    static func local(_ seconds: Int64) -> tm {
        var clock = time_t(seconds)
        var result = tm()
        localtime_r(&clock, &result)
        return result
    }

    static func utc(_ seconds: Int64) -> tm {
        var clock = time_t(seconds)
        var result = tm()
        gmtime_r(&clock, &result)
        return result
    }

    /// The local time zone's offset from UTC at a time, in seconds east.
    static func offset(at seconds: Int64) -> Int32 {
        Int32(truncatingIfNeeded: local(seconds).tm_gmtoff)
    }

    /// The same without daylight saving time.
    static func standardOffset(at seconds: Int64) -> Int32 {
        let calendar = local(seconds)
        return Int32(truncatingIfNeeded: calendar.tm_gmtoff) - (calendar.tm_isdst != 0 ? 3600 : 0)
    }

    static func now() -> Int64 { Int64(time(nil)) }

    /// Formats by `strftime` into no more than `limit` bytes; empty if the result does not fit.
    static func formatted(_ format: String, _ calendar: tm, limit: Int) -> String {
        var calendar = calendar
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: limit) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let length = strftime(start, limit, format, &calendar)
            return UnsafeRawBufferPointer(buffer)[0..<Swift.min(length, limit)].withMemoryRebound(to: UInt8.self) {
                String(classAdBytes: UnsafeBufferPointer(rebasing: $0[...]))
            }
        }
    }
}
