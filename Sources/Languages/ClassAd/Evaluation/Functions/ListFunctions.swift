extension Evaluator {
    mutating func member(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 else { return .error }
        guard let values = values(arguments) else { return .failure }
        let isIdentity = function == .identicalMember
        var wanted = values[0]
        if values[1].isUndefined || (!isIdentity && wanted.isUndefined) { return .undefined }
        guard case .list(let list) = values[1] else { return .error }
        switch wanted {
        case .list, .ad: return .error
        case .error where !isIdentity: return .error
        default: break
        }
        for position in 0..<list.count {
            var element = element(list, position)
            if element.isFailure { return .failure }
            // HTCondor's comparison leaves its operands converted, and the wanted value stays converted for the following elements.
            if !isIdentity { Operations.promote(&element, &wanted) }
            if case .boolean(true) = Operations.binary(isIdentity ? .identical : .equal, element, wanted) { return .boolean(true) }
        }
        return .boolean(false)
    }

    mutating func size(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        switch value(arguments, 0) {
        case .failure: return .failure
        case .undefined: return .undefined
        case .list(let list): return .integer(Int64(list.count))
        case .ad(let scope): return .integer(Int64(scope.count))
        case .string(let text): return .integer(Int64(text.classAdByteCount))
        default: return .error
        }
    }

    /// The only argument as a list; otherwise nil and the value to return.
    private mutating func onlyList(_ arguments: FunctionArguments) -> (list: EvalList?, other: EvalValue) {
        guard arguments.count == 1 else { return (nil, .error) }
        switch value(arguments, 0) {
        case .failure: return (nil, .failure)
        case .undefined: return (nil, .undefined)
        case .list(let list): return (list, .undefined)
        default: return (nil, .error)
        }
    }

    private enum NumericElement {
        case number(EvalValue)
        case skipped
        case other(EvalValue)
    }

    private mutating func numericElement(_ list: EvalList, _ position: Int) -> NumericElement {
        let element = element(list, position)
        switch element {
        case .failure: return .other(.failure)
        case .undefined: return .skipped
        case .integer, .real, .boolean: return .number(element)
        default: return .other(.error)
        }
    }

    mutating func sum(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (list, other) = onlyList(arguments)
        guard let list else { return other }
        var total: EvalValue = .integer(0)
        var count = 0
        for position in 0..<list.count {
            switch numericElement(list, position) {
            case .other(let value): return value
            case .skipped: break
            case .number(let number):
                total = count == 0 ? number : Operations.binary(.add, total, number)
                count += 1
            }
        }
        guard function == .avg, count > 0 else { return total }
        return Operations.binary(.divide, total, .real(Double(count)))
    }

    mutating func extreme(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        let (list, other) = onlyList(arguments)
        guard let list else { return other }
        var best: EvalValue = .undefined
        for position in 0..<list.count {
            switch numericElement(list, position) {
            case .other(let value): return value
            case .skipped: break
            case .number(var number):
                guard !best.isUndefined else {
                    best = number
                    continue
                }
                // Both keep the type in which they were compared.
                Operations.promote(&number, &best)
                if case .boolean(true) = Operations.binary(function == .min ? .lessThan : .greaterThan, number, best) { best = number }
            }
        }
        return best
    }

    mutating func compareElements(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 3 else { return .error }
        let op: Operator
        switch value(arguments, 0) {
        case .failure: return .failure
        case .undefined: return .undefined
        case .string("<"): op = .lessThan
        case .string("<="): op = .lessOrEqual
        case .string("!="): op = .notEqual
        case .string("=="): op = .equal
        case .string(">"): op = .greaterThan
        case .string(">="): op = .greaterOrEqual
        case .string("is"): op = .identical
        case .string("isnt"): op = .notIdentical
        default: return .error
        }
        let list: EvalList
        switch value(arguments, 1) {
        case .failure: return .failure
        case .undefined: return .undefined
        case .list(let value): list = value
        default: return .error
        }
        var reference = value(arguments, 2)
        if reference.isFailure { return .failure }
        let needsAll = function == .allCompare
        for position in 0..<list.count {
            var element = element(list, position)
            if element.isFailure { return .failure }
            if op != .identical, op != .notIdentical { Operations.promote(&element, &reference) }
            switch Operations.binary(op, element, reference) {
            case .boolean(let holds):
                if holds != needsAll { return .boolean(holds) }
            case .undefined: return .boolean(false)
            default: return .error
            }
        }
        return .boolean(needsAll)
    }
}
