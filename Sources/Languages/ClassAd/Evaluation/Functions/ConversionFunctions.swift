import Glibc

extension EvalValue {
    /// The value converted as by `real()`; nil if this is not possible.
    var asReal: Double? {
        switch self {
        case .string(let text):
            guard let (number, length) = leadingNumber(text), length > 0 || number != 0 else { return nil }
            return number
        case .boolean(let value): return value ? 1 : 0
        case .integer(let value): return Double(value)
        case .real(let value): return value
        case .absoluteTime(let time): return Double(time.seconds)
        case .relativeTime(let seconds): return Double(truncatedInt32(seconds))
        case .failure, .undefined, .error, .list, .ad: return nil
        }
    }

    /// The value converted as by `int()`; nil if this is not possible.
    var asInteger: Int64? {
        switch self {
        case .string(let text):
            guard let (number, length) = leadingNumber(text) else { return nil }
            let integer = truncatedInt64(number)
            return length > 0 || integer != 0 ? integer : nil
        case .boolean(let value): return value ? 1 : 0
        case .integer(let value): return value
        case .real(let value): return truncatedInt64(value)
        case .absoluteTime(let time): return time.seconds
        case .relativeTime(let seconds): return Int64(truncatedInt32(seconds))
        case .failure, .undefined, .error, .list, .ad: return nil
        }
    }
}

/// The number that `strtod` reads at the start of a text, and its length in bytes.
private func leadingNumber(_ text: String) -> (number: Double, length: Int)? {
    text.withCString { start in
        var end: UnsafeMutablePointer<CChar>?
        let number = strtod(start, &end)
        return (number, end.map { UnsafePointer($0) - start } ?? 0)
    }
}

extension Evaluator {
    mutating func convert(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        switch value {
        case .failure, .undefined, .error: return value
        default: break
        }
        switch function {
        case .int: return value.asInteger.map { .integer($0) } ?? .error
        case .real: return value.asReal.map { .real($0) } ?? .error
        case .string: return value.asString(&self)
        default: return boolean(value)
        }
    }

    private func boolean(_ value: EvalValue) -> EvalValue {
        switch value {
        case .boolean: return value
        case .integer(let number): return .boolean(number != 0)
        case .real(let number): return .boolean(number != 0)
        case .relativeTime(let seconds): return .boolean(truncatedInt32(seconds) != 0)
        case .string(let text):
            if AttributeName.equal(text, "true") { return .boolean(true) }
            return AttributeName.equal(text, "false") ? .boolean(false) : .undefined
        default: return .error
        }
    }

    /// `absTime` and `relTime` with anything but a literal string.
    mutating func convertTime(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let isRelative = function == .relTime
        if arguments.count == 0, !isRelative { return currentTime(arguments) }
        guard arguments.count == 1 || arguments.count == 2 else { return .error }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        var givenOffset: Int32?
        if arguments.count == 2 {
            let second = self.value(arguments, 1)
            if second.isFailure { return .failure }
            guard !isRelative else { return .error }
            switch second {
            case .integer(let number): givenOffset = Int32(truncatingIfNeeded: number)
            case .real(let number), .relativeTime(let number): givenOffset = truncatedInt32(number)
            default: return .error
            }
        }
        func time(_ seconds: Int64) -> AbsoluteTime {
            AbsoluteTime(seconds: seconds, offset: givenOffset ?? LocalTime.offset(at: seconds))
        }
        switch value {
        case .undefined: return .undefined
        case .integer(let number):
            let seconds = Int64(Int32(truncatingIfNeeded: number))
            if isRelative { return .relativeTime(Double(seconds)) }
            let result = time(seconds)
            return result.offset == -1 ? .failure : .absoluteTime(result)
        case .real(let number):
            return isRelative ? .relativeTime(number) : .absoluteTime(time(Int64(truncatedInt32(number))))
        case .string: return isRelative ? .relativeTime(0) : value
        case .absoluteTime(let point): return isRelative ? .relativeTime(Double(point.seconds)) : value
        case .relativeTime(let seconds): return isRelative ? value : .absoluteTime(time(Int64(truncatedInt32(seconds))))
        default: return .error
        }
    }
}
