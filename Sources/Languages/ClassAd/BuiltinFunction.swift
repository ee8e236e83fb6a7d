/// The functions of the expression language, as registered by HTCondor 25.14 (src/classad/fnCall.cpp and src/condor_utils/compat_classad.cpp).
enum BuiltinFunction: UInt8, Sendable, CaseIterable {
    case isUndefined, isError, isString, isInteger, isReal, isList, isClassad, isBoolean, isAbstime, isReltime
    case member, identicalMember
    case size, sum, avg, min, max, anyCompare, allCompare
    case time, currentTime, timeZoneOffset, dayTime
    case getYear, getMonth, getDayOfYear, getDayOfMonth, getDayOfWeek, getDays, getHours, getMinutes, getSeconds
    case splitTime, formatTime
    case strcat, join, toUpper, toLower, substr, strcmp, stricmp
    case versioncmp, versionLE, versionLT, versionGE, versionGT, versionEQ, versionInRange
    case regexp, regexpMember, regexps, replace, replaceAll
    case int, real, string, bool, absTime, relTime
    case unparse, unresolved
    case floor, ceil, ceiling, round, pow, quantize, random
    case ifThenElse, interval, eval
    case stringListsIntersect, debug
    case envV1ToV2, mergeEnvironment, listToArgs, argsToList
    case stringListSize, stringListSum, stringListAvg, stringListMin, stringListMax
    case stringListMember, stringListIMember, stringListSubsetMatch, stringListISubsetMatch, stringListRegexpMember
    case userHome, userMap
    case splitUserName, splitSlotName, split
    case evalInEachContext, countMatches

    /// The name in the manual's spelling.
    var name: String {
        switch self {
        case .versionInRange: "version_in_range"
        case .stringListRegexpMember: "stringList_regexpMember"
        default: "\(self)"
        }
    }

    /// The names of all functions.
    static let names: [String] = allCases.map(\.name)

    private static let byHash: [UInt32: (function: BuiltinFunction, name: String)] = {
        var table: [UInt32: (function: BuiltinFunction, name: String)] = [:]
        for function in allCases {
            table[AttributeName.hash(function.name)] = (function, function.name)
        }
        return table
    }()

    /// The function with a name, ignoring case.
    static func named(_ name: String) -> BuiltinFunction? {
        guard let entry = byHash[AttributeName.hash(name)], AttributeName.equal(entry.name, name) else { return nil }
        return entry.function
    }
}
