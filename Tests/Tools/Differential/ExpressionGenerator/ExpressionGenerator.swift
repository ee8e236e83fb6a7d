import ClassAd
import SeededGeneration

/// Random expressions of the whole language, with random ads they are evaluated in.
struct ExpressionGenerator {
    struct Sample {
        var expression: String
        var ad: String
        var target: String?
    }

    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func sample() -> Sample {
        Sample(
            expression: chance(4) ? probe() : expression(Int.random(in: 0...4, using: &random)), ad: wellFormedAd(),
            target: chance(4) ? wellFormedAd() : nil)
    }

    private mutating func wellFormedAd() -> String {
        while true {
            let text = ad(2)
            if (try? ClassAd.parse(text, syntax: .new)) != nil { return text }
        }
    }

    // MARK: Choices

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func list(_ count: ClosedRange<Int>, _ make: (inout ExpressionGenerator) -> String) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in make(&self) }.joined(separator: ", ")
    }

    // MARK: Expressions

    private mutating func expression(_ depth: Int) -> String {
        guard depth > 0 else { return leaf() }
        switch Int.random(in: 0..<20, using: &random) {
        case 0...4:
            return "\(expression(depth - 1)) \(pick(Self.operators)) \(expression(depth - 1))"
        case 5: return "(\(expression(depth - 1)))"
        case 6: return "\(pick(["!", "-", "~", "+"]))\(expression(depth - 1))"
        case 7: return "\(expression(depth - 1)) ? \(expression(depth - 1)) : \(expression(depth - 1))"
        case 8: return "\(expression(depth - 1)) ?: \(expression(depth - 1))"
        case 9: return "\(pick(["L", "N", expression(depth - 1)]))[\(expression(depth - 1))]"
        case 10: return "\(pick(["N", "MY", "TARGET", "L", "parent", "root", "(\(expression(depth - 1)))"])).\(pick(Self.names))"
        case 11: return "{ \(list(0...3) { $0.expression(depth - 1) }) }"
        case 12: return ad(depth - 1)
        case 13: return probe()
        default: return call(depth - 1)
        }
    }

    private mutating func leaf() -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: return number()
        case 3...5: return string()
        case 6: return pick(["true", "false", "undefined", "error", "TRUE", "Undefined"])
        case 7: return pick(Self.times)
        case 8: return pick(["MY.", "TARGET.", ".", "N.", "L."]) + pick(Self.names)
        default: return pick(Self.names)
        }
    }

    private mutating func number() -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return pick(Self.integers)
        case 1: return pick(Self.reals)
        case 2: return String(Double(Int.random(in: -2000...2000, using: &random)) / pick([1, 2, 3, 7, 10, 1000]))
        default: return String(Int.random(in: -12...12, using: &random))
        }
    }

    private mutating func string() -> String {
        var text = ""
        for _ in 0..<pick([0, 1, 1, 2, 3, 5, 9]) { text += pick(Self.pieces) }
        return "\"\(text)\""
    }

    private mutating func stringList() -> String {
        let separator = pick([",", ", ", " ", ",,", ";", "\\t"])
        let items = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            pick(["a", "B", "b", "10", "2.5", "-3", "x y", "", " q ", "1e3", "node01", "A"])
        }
        return "\"\(items.joined(separator: separator))\""
    }

    private mutating func regex() -> String {
        pick([
            "\"a\"", "\"^a.*b$\"", "\"[0-9]+\"", "\"(a)(b)?\"", "\"(\"", "\"\"", "\"x*\"", "\"\\\\d+\"", "\"^\"", "\"B|b\"", "\"(.)(.)\"",
            "\"\\\\bnode\"", "\"(?i)A\"", "\"\\\\s\"", "\"b*\"",
        ])
    }

    private mutating func ad(_ depth: Int) -> String {
        let count = Int.random(in: 0...4, using: &random)
        let attributes = (0..<count).map { _ in "\(pick(Self.names)) = \(expression(max(0, depth - 1)))" }
        return "[ \(attributes.joined(separator: "; ")) ]"
    }

    // MARK: Calls

    private mutating func call(_ depth: Int) -> String {
        func arguments(_ count: ClosedRange<Int>, _ generator: inout ExpressionGenerator) -> String {
            generator.list(count) { $0.expression(depth - 1 < 0 ? 0 : depth - 1) }
        }
        let inner = max(0, depth - 1)
        switch Int.random(in: 0..<24, using: &random) {
        case 0...5: return "\(pick(Self.anyFunctions))(\(arguments(0...3, &self)))"
        case 6...9: return "\(pick(Self.unaryFunctions))(\(expression(inner)))"
        case 10: return "\(pick(["member", "identicalMember"]))(\(expression(inner)), \(pick(["L", "{ \(arguments(0...4, &self)) }"])))"
        case 11: return "\(pick(["sum", "avg", "min", "max", "size"]))(\(pick(["L", "{ \(list(0...4) { $0.number() }) }"])))"
        case 12:
            let op = pick(["<", "<=", "==", "!=", ">=", ">", "is", "isnt", "="])
            return "\(pick(["anyCompare", "allCompare"]))(\"\(op)\", { \(arguments(0...3, &self)) }, \(expression(inner)))"
        case 13: return "substr(\(string()), \(number()), \(number()))"
        case 14: return "\(pick(["regexp", "regexpMember"]))(\(regex()), \(pick([string(), "{ \(list(0...3) { $0.string() }) }"])))"
        case 15:
            let options = pick(["", ", \"i\"", ", \"g\"", ", \"fg\"", ", \"f\"", ", \"ims\""])
            let replacement = pick(["\"-\"", "\"<\\\\0>\"", "\"\\\\2\\\\1\"", "\"\"", "\"\\\\x\""])
            return "\(pick(["regexps", "replace", "replaceAll"]))(\(regex()), \(string()), \(replacement)\(options))"
        case 16: return "\(pick(Self.stringListFunctions))(\(stringList())\(pick(["", ", \",\"", ", \";\"", ", \" \""])))"
        case 17:
            return
                "\(pick(Self.stringListMemberFunctions))(\(pick([string(), stringList()])), \(stringList())\(pick(["", ", \",\"", ", \" ;\""])))"
        case 18: return "stringList_regexpMember(\(regex()), \(stringList())\(pick(["", ", \",\"", ", \",\", \"i\""])))"
        case 19:
            let versions = ["\"8.9.10\"", "\"8.9.9\"", "\"8.09\"", "\"10\"", "\"\"", "\"v1a\"", "\"v01\"", "\"v10\"", "1.5", string()]
            return "\(pick(Self.versionFunctions))(\(pick(versions)), \(pick(versions)))"
        case 20:
            return
                "\(pick(["pow", "quantize"]))(\(pick([number(), expression(inner)])), \(pick([number(), "{ \(list(0...3) { $0.number() }) }"])))"
        case 21:
            let format = pick(["%Y-%m-%d", "%H:%M:%S", "%a %j", "", "%%", "%c"])
            return pick([
                "formatTime(\(pick(Self.times)), \"\(format)\")", "splitTime(\(pick(Self.times)))", "splitTime(\(number()))",
                "interval(\(number()))",
            ])
        case 22:
            let texts = ["'a b' c", "a=1;b=2", "|a=1|b=2", "A=1 B='x y'", "it''s 'q''q'", "", "a b  c", "X", "=1", "'open"]
            let text = "\"\(pick(texts))\""
            return pick([
                "argsToList(\(text))", "argsToList(\(text), 1)", "envV1ToV2(\(text))", "mergeEnvironment(\(text), \"B=3\")",
                "listToArgs({ \(list(0...3) { $0.string() }) }, \(pick([1, 2])))",
            ])
        default:
            return pick([
                "evalInEachContext(\(expression(inner)), { \(list(0...2) { $0.ad(1) }) })",
                "countMatches(\(pick(Self.names)), \(pick(["L", "{ N }"])))",
                "eval(\(string()))", "eval(\"\(pick(Self.names)) + 1\")", "unparse(\(pick(Self.names)))", "unresolved(\(pick(Self.names)))",
                "split(\(stringList())\(pick(["", ", \",\"", ", \", ;\""])))", "splitUserName(\(pick(["\"a@b\"", string()])))",
                "splitSlotName(\(pick(["\"slot1@host@x\"", string()])))",
                "join(\(pick(["\", \"", "\"\""])), \(pick(["L", "{ \(arguments(0...3, &self)) }"])))",
                "ifThenElse(\(expression(inner)), \(expression(inner)), \(expression(inner)))", "userHome(\(expression(inner)))",
            ])
        }
    }

    // MARK: Vocabulary

    private static let operators = [
        "+", "-", "*", "/", "%", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "=?=", "=!=", "is", "isnt", "&", "|", "^", "<<", ">>", ">>>",
    ]
    private static let names = [
        "A", "B", "C", "S", "L", "N", "x", "y", "Q", "a", "missing", "'odd name'", "MY", "TARGET", "self", "parent", "root",
    ]
    private static let integers = [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "4294967296", "2147483647", "-2147483648", "63", "64", "65",
        "1000000",
    ]
    private static let reals = [
        "0.0", "-0.0", "1e308", "1e-320", "1.5e300", "0.1", "2.5", "-2.5", "1e18", "9.3e18", "123456789.125", ".5", "1e999",
    ]
    private static let times = [
        "absTime(\"2026-01-31T09:00:00Z\")", "absTime(\"2020-02-29T23:59:59+05:30\")", "relTime(\"1+02:03:04\")", "relTime(\"-90\")",
        "relTime(90)",
        "relTime(-3661.5)", "absTime(0)", "absTime(86400, 3600)", "absTime(1.5)", "1700000000",
    ]
    private static let pieces = [
        "a", "b", "A", "B", " ", "ab", "x", "1", "0", "10", ",", "@", "node01", "\\n", "\\t", "\\\\", "\\\"", "é", "\\101", "'", ".", "-",
        "/", "%d",
    ]
    private static let unaryFunctions = [
        "isUndefined", "isError", "isString", "isInteger", "isReal", "isList", "isClassAd", "isBoolean", "isAbsTime", "isRelTime", "size",
        "int", "real",
        "string", "bool", "floor", "ceil", "ceiling", "round", "toUpper", "toLower", "strcat", "join", "interval", "getYear", "getMonth",
        "getDayOfYear",
        "getDayOfMonth", "getDayOfWeek", "getDays", "getHours", "getMinutes", "getSeconds", "splitTime", "formatTime", "absTime", "relTime",
        "debug", "eval",
        "sum", "avg", "min", "max", "stringListSize", "split", "argsToList", "envV1ToV2",
    ]
    private static let anyFunctions = [
        "strcat", "join", "strcmp", "stricmp", "ifThenElse", "pow", "quantize", "substr", "member", "versioncmp", "version_in_range",
        "regexp", "split",
        "stringListsIntersect", "relTime", "noSuchFunction", "mergeEnvironment", "listToArgs", "STRCAT", "userMap",
    ]
    private static let stringListFunctions = ["stringListSize", "stringListSum", "stringListAvg", "stringListMin", "stringListMax"]
    private static let stringListMemberFunctions = [
        "stringListMember", "stringListIMember", "stringListSubsetMatch", "stringListISubsetMatch", "stringListsIntersect",
    ]
    private static let versionFunctions = [
        "versioncmp", "versionLE", "versionLT", "versionGE", "versionGT", "versionEQ", "strcmp", "stricmp",
    ]
}
