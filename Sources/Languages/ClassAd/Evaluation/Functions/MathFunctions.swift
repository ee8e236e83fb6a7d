import Glibc

extension Evaluator {
    mutating func rounded(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        if case .integer = value { return value }
        guard let number = value.asReal else { return .error }
        switch function {
        case .floor: return .integer(truncatedInt64(number.rounded(.down)))
        case .round: return .integer(truncatedInt64(number.rounded(.toNearestOrEven)))
        default: return .integer(truncatedInt64(number.rounded(.up)))
        }
    }

    mutating func power(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 else { return .error }
        guard let values = values(arguments) else { return .failure }
        if case .integer(let base) = values[0], case .integer(let exponent) = values[1], exponent >= 0 {
            return .integer(truncatedInt64(pow(Double(base), Double(exponent)) + 0.5))
        }
        guard let base = values[0].asReal, let exponent = values[1].asReal else { return .error }
        return .real(pow(base, exponent))
    }

    /// The next multiple of the second argument, or the first element of a list that is large enough.
    mutating func quantize(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 else { return .error }
        guard let values = values(arguments) else { return .failure }
        guard let number = values[0].asReal else { return .error }
        var base = values[1]
        var realBase = 0.0
        if case .list(let list) = base {
            base = .real(0)
            for position in 0..<list.count {
                base = element(list, position)
                if base.isFailure { return .failure }
                guard let candidate = base.asReal else { return .error }
                if candidate >= number { return base }
                realBase = candidate
            }
        } else {
            guard let candidate = base.asReal else { return .error }
            realBase = candidate
        }
        guard case .integer(let step) = base else {
            return abs(realBase) <= 1e-8 ? values[0] : .real((number / realBase).rounded(.up) * realBase)
        }
        if step == 0 { return values[0] }
        guard case .integer(let integer) = values[0] else { return .real((number / Double(step)).rounded(.up) * Double(step)) }
        let raised = integer &+ step &- 1
        let quotient = raised.dividedReportingOverflow(by: step).partialValue
        return .integer(quotient &* step)
    }

    mutating func random(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count <= 1 else { return .error }
        switch arguments.count == 0 ? .real(1) : value(arguments, 0) {
        case .failure: return .failure
        case .integer(let number):
            let limit = Int64(Int32(truncatingIfNeeded: number))
            return limit > 0 ? .integer(context.random() % limit) : .failure
        case .real(let limit):
            return limit <= 0 ? .failure : .real(limit * (Double(context.random()) / Double(Int32.max)))
        default: return .error
        }
    }

    /// Seconds as `days+hh:mm:ss`, without parts that are zero.
    mutating func interval(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        guard let integer = value.asInteger else { return .error }
        let total = Int32(truncatingIfNeeded: integer)
        let days = total / 86400
        let hours = total % 86400 / 3600
        let minutes = total % 3600 / 60
        let seconds = total % 60
        if days != 0 { return .string("\(days)+" + padded(abs(hours)) + ":" + padded(abs(minutes)) + ":" + padded(abs(seconds))) }
        if hours != 0 { return .string("\(hours):" + padded(abs(minutes)) + ":" + padded(abs(seconds))) }
        if minutes != 0 { return .string("\(minutes):" + padded(abs(seconds))) }
        return .string("\(seconds)")
    }
}
