import Glibc

extension Evaluator {
    mutating func currentTime(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 0 else { return .error }
        let now = context.now()
        return .absoluteTime(AbsoluteTime(seconds: now, offset: LocalTime.offset(at: now)))
    }

    mutating func timeZoneOffset(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 0 else { return .error }
        return .relativeTime(Double(LocalTime.offset(at: context.now())))
    }

    mutating func dayTime(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 0 else { return .error }
        let calendar = LocalTime.local(context.now())
        return .relativeTime(Double(calendar.tm_hour * 3600 + calendar.tm_min * 60 + calendar.tm_sec))
    }

    mutating func timeField(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        switch value(arguments, 0) {
        case .failure: return .failure
        case .absoluteTime(let time):
            let calendar = LocalTime.local(time.seconds)
            switch function {
            case .getYear: return .integer(Int64(calendar.tm_year) + 1900)
            case .getMonth: return .integer(Int64(calendar.tm_mon) + 1)
            case .getDayOfYear: return .integer(Int64(calendar.tm_yday))
            case .getDayOfMonth: return .integer(Int64(calendar.tm_mday))
            case .getDayOfWeek: return .integer(Int64(calendar.tm_wday))
            case .getHours: return .integer(Int64(calendar.tm_hour))
            case .getMinutes: return .integer(Int64(calendar.tm_min))
            case .getSeconds: return .integer(Int64(calendar.tm_sec))
            default: return .error
            }
        case .relativeTime(let duration):
            let seconds = Int64(truncatedInt32(duration))
            switch function {
            case .getDays: return .integer(seconds / 86400)
            case .getHours: return .integer(seconds % 86400 / 3600)
            case .getMinutes: return .integer(seconds % 3600 / 60)
            case .getSeconds: return .integer(seconds % 60)
            default: return .error
            }
        default: return .error
        }
    }

    mutating func splitTime(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        switch value {
        case .failure, .undefined: return value
        default:
            guard let parts = TimeParts(value) else { return .error }
            return .ad(Scope(.ad(parts.ad), parent: nil))
        }
    }

    mutating func formatTime(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count > 0 else { return .string(LocalTime.formatted("%c", LocalTime.local(context.now()), limit: 1023)) }
        guard arguments.count < 3 else { return .error }
        let time = value(arguments, 0)
        let parts: TimeParts
        switch time {
        case .failure: return .failure
        case .ad(let scope): parts = TimeParts(scope.ad, self)
        case .relativeTime: return .error
        default:
            guard let known = TimeParts(time) else { return .error }
            parts = known
        }
        guard arguments.count == 2 else { return .string(LocalTime.formatted("%c", parts.calendar, limit: 1023)) }
        switch value(arguments, 1) {
        case .failure: return .failure
        case .string(let format): return .string(LocalTime.formatted(format, parts.calendar, limit: 1023))
        default: return .error
        }
    }
}

/// A time split into its parts.
private struct TimeParts {
    private enum Kind {
        case absolute(tm, Int32)
        case relative(days: Int32, hours: Int32, minutes: Int32, seconds: Double)
    }

    private let kind: Kind

    init?(_ value: EvalValue) {
        switch value {
        case .integer(let seconds):
            self.init(seconds, LocalTime.offset(at: seconds))
        case .real(let real):
            let seconds = Int64(truncatedInt32(real))
            self.init(seconds, LocalTime.offset(at: seconds))
        case .absoluteTime(let time):
            self.init(time.seconds, time.offset)
        case .relativeTime(let seconds):
            self.init(duration: seconds)
        default: return nil
        }
    }

    private init(_ seconds: Int64, _ offset: Int32) {
        kind = .absolute(LocalTime.utc(seconds.addingReportingOverflow(Int64(offset)).partialValue), offset)
    }

    private init(duration: Double) {
        let magnitude = abs(duration)
        let whole = truncatedInt32(magnitude)
        var days = whole / 86400
        var hours = whole % 86400 / 3600
        var minutes = whole % 86400 % 3600 / 60
        var seconds = Double(whole % 86400 % 3600 % 60) + (magnitude - magnitude.rounded(.down))
        if duration < 0 {
            // The sign goes to the largest part.
            if days > 0 {
                days = -days
            } else if hours > 0 {
                hours = -hours
            } else if minutes > 0 {
                minutes = -minutes
            } else {
                seconds = -seconds
            }
        }
        kind = .relative(days: days, hours: hours, minutes: minutes, seconds: seconds)
    }

    /// The parts in an ad such as `splitTime` makes; missing ones are zero.
    init(_ ad: ClassAd, _ evaluator: Evaluator) {
        func field(_ name: String) -> Int32? {
            guard let tree = ad[name] else { return nil }
            let scope = Scope(.ad(ad), parent: nil)
            var inner = evaluator.nested(in: scope)
            guard case .integer(let value) = inner.evaluate(tree, scope) else { return nil }
            return Int32(truncatingIfNeeded: value)
        }
        var calendar = tm()
        calendar.tm_sec = field("Seconds") ?? 0
        calendar.tm_min = field("Minutes") ?? 0
        calendar.tm_hour = field("Hours") ?? 0
        calendar.tm_mday = field("Day") ?? 0
        calendar.tm_mon = field("Month").map { $0 &- 1 } ?? 0
        calendar.tm_year = field("Year").map { $0 &- 1900 } ?? 0
        kind = .absolute(calendar, 0)
    }

    var ad: ClassAd {
        var ad = ClassAd()
        switch kind {
        case .absolute(let calendar, let offset):
            ad.set("Type", "AbsoluteTime")
            ad.set("Year", calendar.tm_year &+ 1900)
            ad.set("Month", calendar.tm_mon &+ 1)
            ad.set("Day", calendar.tm_mday)
            ad.set("Hours", calendar.tm_hour)
            ad.set("Minutes", calendar.tm_min)
            ad.set("Seconds", calendar.tm_sec)
            ad.set("Offset", offset)
        case .relative(let days, let hours, let minutes, let seconds):
            ad.set("Type", "RelativeTime")
            ad.set("Days", days)
            ad.set("Hours", hours)
            ad.set("Minutes", minutes)
            ad.set("Seconds", seconds)
        }
        return ad
    }

    /// For `strftime`: the days of the week and of the year are calculated from the date, as HTCondor does.
    var calendar: tm {
        guard case .absolute(var calendar, _) = kind else { return tm() }
        let year = Int(calendar.tm_year) + 1900
        let month = Int(calendar.tm_mon) + 1
        let fixed = TimeParts.dayNumber(year, month, Int(calendar.tm_mday))
        calendar.tm_wday = Int32(truncatingIfNeeded: fixed % 7)
        calendar.tm_yday = Int32(truncatingIfNeeded: fixed - TimeParts.dayNumber(year, 1, 1))
        var plain = tm()
        plain.tm_sec = calendar.tm_sec
        plain.tm_min = calendar.tm_min
        plain.tm_hour = calendar.tm_hour
        plain.tm_mday = calendar.tm_mday
        plain.tm_mon = calendar.tm_mon
        plain.tm_year = calendar.tm_year
        plain.tm_wday = calendar.tm_wday
        plain.tm_yday = calendar.tm_yday
        return plain
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let isLeap = year % 4 == 0 && ![100, 200, 300].contains(year % 400)
        let adjustment = month <= 2 ? 0 : (isLeap ? -1 : -2)
        return 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + (367 * month - 362) / 12 + adjustment + day
    }
}
