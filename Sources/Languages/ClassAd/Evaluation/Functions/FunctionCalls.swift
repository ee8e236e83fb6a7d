/// The unevaluated arguments of a call.
struct FunctionArguments {
    let arena: Arena
    let first: Int
    let count: Int
    /// The ad that contains the call.
    let lexical: Scope?

    subscript(_ position: Int) -> ExprTree {
        ExprTree(arena: arena, root: arena.children[first + position])
    }
}

extension Evaluator {
    /// Evaluates an argument.
    @inline(__always)
    mutating func value(_ arguments: FunctionArguments, _ position: Int) -> EvalValue {
        evaluate(arguments.arena, arguments.arena.children[arguments.first + position], arguments.lexical)
    }

    /// Evaluates all arguments; nil if one of them failed.
    mutating func values(_ arguments: FunctionArguments) -> [EvalValue]? {
        var values: [EvalValue] = []
        values.reserveCapacity(arguments.count)
        for position in 0..<arguments.count {
            let value = value(arguments, position)
            if value.isFailure { return nil }
            values.append(value)
        }
        return values
    }

    /// Whether a string of this size may still be created.
    mutating func affords(_ bytes: Int) -> Bool {
        textBudget -= bytes
        return textBudget >= 0
    }

    mutating func call(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        switch function {
        case .isUndefined, .isError, .isString, .isInteger, .isReal, .isList, .isClassad, .isBoolean, .isAbstime, .isReltime:
            return isType(function, arguments)
        case .member, .identicalMember: return member(function, arguments)
        case .size: return size(arguments)
        case .sum, .avg: return sum(function, arguments)
        case .min, .max: return extreme(function, arguments)
        case .anyCompare, .allCompare: return compareElements(function, arguments)
        case .time: return arguments.count == 0 ? .integer(context.now()) : .error
        case .currentTime: return currentTime(arguments)
        case .timeZoneOffset: return timeZoneOffset(arguments)
        case .dayTime: return dayTime(arguments)
        case .getYear, .getMonth, .getDayOfYear, .getDayOfMonth, .getDayOfWeek, .getDays, .getHours, .getMinutes, .getSeconds:
            return timeField(function, arguments)
        case .splitTime: return splitTime(arguments)
        case .formatTime: return formatTime(arguments)
        case .strcat: return concatenate(arguments)
        case .join: return join(arguments)
        case .toUpper, .toLower: return changeCase(function, arguments)
        case .substr: return substring(arguments)
        case .strcmp, .stricmp: return compareStrings(function, arguments)
        case .versioncmp, .versionLE, .versionLT, .versionGE, .versionGT, .versionEQ: return compareVersions(function, arguments)
        case .versionInRange: return versionInRange(arguments)
        case .regexp: return regexp(arguments)
        case .regexpMember: return regexpMember(arguments)
        case .regexps, .replace, .replaceAll: return substitute(function, arguments)
        case .int, .real, .string, .bool: return convert(function, arguments)
        case .absTime, .relTime: return convertTime(function, arguments)
        case .unparse: return unparse(arguments)
        case .unresolved: return unresolved(arguments)
        case .floor, .ceil, .ceiling, .round: return rounded(function, arguments)
        case .pow: return power(arguments)
        case .quantize: return quantize(arguments)
        case .random: return random(arguments)
        case .ifThenElse: return ifThenElse(arguments)
        case .interval: return interval(arguments)
        case .eval: return evaluateText(arguments)
        case .debug: return arguments.count == 1 ? value(arguments, 0) : .error
        case .stringListsIntersect: return stringListsIntersect(arguments)
        case .stringListSize: return stringListSize(arguments)
        case .stringListSum, .stringListAvg, .stringListMin, .stringListMax: return stringListSummary(function, arguments)
        case .stringListMember, .stringListIMember, .stringListSubsetMatch, .stringListISubsetMatch:
            return stringListMember(function, arguments)
        case .stringListRegexpMember: return stringListRegexpMember(arguments)
        case .envV1ToV2: return environmentV1ToV2(arguments)
        case .mergeEnvironment: return mergeEnvironment(arguments)
        case .listToArgs: return listToArgs(arguments)
        case .argsToList: return argsToList(arguments)
        case .userHome: return userHome(arguments)
        case .userMap: return userMap(arguments)
        case .splitUserName, .splitSlotName: return splitAt(function, arguments)
        case .split: return split(arguments)
        case .evalInEachContext, .countMatches: return evaluateInEachContext(function, arguments)
        }
    }

    private mutating func isType(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        switch (function, value(arguments, 0)) {
        case (_, .failure): return .failure
        case (.isUndefined, .undefined), (.isError, .error), (.isString, .string), (.isInteger, .integer), (.isReal, .real),
            (.isList, .list), (.isClassad, .ad), (.isBoolean, .boolean), (.isAbstime, .absoluteTime), (.isReltime, .relativeTime):
            return .boolean(true)
        default: return .boolean(false)
        }
    }

    private mutating func ifThenElse(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 3 else { return .error }
        let condition = value(arguments, 0)
        switch condition {
        case .failure, .undefined: return condition
        default: break
        }
        guard let choice = condition.booleanEquivalent else { return .error }
        return value(arguments, choice ? 1 : 2)
    }
}
