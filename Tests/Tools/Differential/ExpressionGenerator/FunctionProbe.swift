/// Calls of every function with arguments of every kind, right and wrong, and with texts each function reads in its own way.
extension ExpressionGenerator {
    mutating func probe() -> String {
        switch Int.random(in: 0..<16, using: &random) {
        case 0...5:
            let function = pick(Self.functions)
            // Without an argument they tell the time.
            return "\(function)(\(list(["formatTime", "absTime", "splitTime"].contains(function) ? 1...4 : 0...4) { $0.argument() }))"
        case 6: return "formatTime(\(pick(Self.moments)), \"\(pick(["", " ", "x"]))\(list(1...3) { "%" + $0.pick(Self.conversions) })\")"
        case 7: return "\(pick(["absTime", "relTime", "int", "real", "bool", "string", "splitTime", "getDays"]))(\"\(pick(Self.timeTexts))\")"
        case 8: return "\(pick(["int", "real", "bool", "string", "round", "floor", "ceiling"]))(\(pick(Self.conversionsOf)))"
        case 9: return "\(pick(["regexp", "regexpMember", "stringList_regexpMember"]))(\(pick(Self.patterns)), \(pick(Self.subjects))\(options()))"
        case 10:
            let separator = pick(["", "", ", \",\"", ", \"\"", ", 1"])
            return "stringList_regexpMember(\(pick(Self.patterns)), \(pick(Self.subjects))\(separator)\(options()))"
        case 11:
            return
                pick(["regexps", "replace", "replaceAll"])
                + "(\(pick(Self.patterns)), \(pick(Self.subjects)), \(pick(Self.replacements))\(options()))"
        case 12: return "\(pick(["splitUserName", "splitSlotName", "split", "userHome", "envV1ToV2", "argsToList"]))(\(pick(Self.partedTexts)))"
        case 13: return "mergeEnvironment(\(list(0...4) { $0.pick(Self.environments) }))"
        case 14: return "\(pick(["versioncmp", "versionGE", "versionLT", "versionEQ"]))(\"\(pick(Self.versions))\", \"\(pick(Self.versions))\")"
        default: return "version_in_range(\"\(pick(Self.versions))\", \"\(pick(Self.versions))\", \"\(pick(Self.versions))\")"
        }
    }

    private mutating func options() -> String {
        pick(["", "", ", \"i\"", ", \"I\"", ", \"x\"", ", \"s\"", ", \"m\"", ", \"g\"", ", \"gi\"", ", \"z\"", ", \"\"", ", 1", ", undefined"])
    }

    private mutating func argument() -> String {
        pick([
            "1", "0", "-3", "2.5", "-0.0", "true", "false", "undefined", "error", "\"\"", "\"a\"", "\"a,b,c\"", "\"3\"", "\"A=1\"", "{}",
            "{ 1, 2.5, \"a\" }",
            "{ undefined }", "{ error, 1 }", "{ true, 2 }", "{ { 1 }, [ a = 1 ] }", "[]", "[ a = 1; B = a + 1 ]", "absTime(86400)", "relTime(90)",
            "missing", "A", "S",
            "L", "N", "\"i\"", "\",\"", "10 / 0", "{ \"a\", \"b\" }", "\"25.14.1\"", "9223372036854775807", "real(\"NaN\")", "real(\"INF\")",
            "{ 3, \"4\" }", "a",
        ])
    }

    private static let functions = [
        "isUndefined", "isError", "isString", "isInteger", "isReal", "isList", "isClassad", "isBoolean", "isAbstime", "isReltime", "member",
        "identicalMember", "size",
        "sum", "avg", "min", "max", "anyCompare", "allCompare", "timeZoneOffset", "getYear", "getMonth", "getDayOfYear", "getDayOfMonth",
        "getDayOfWeek", "getDays",
        "getHours", "getMinutes", "getSeconds", "splitTime", "formatTime", "strcat", "join", "toUpper", "toLower", "substr", "strcmp", "stricmp",
        "versioncmp",
        "versionLE", "versionLT", "versionGE", "versionGT", "versionEQ", "version_in_range", "regexp", "regexpMember", "regexps", "replace",
        "replaceAll", "int",
        "real", "string", "bool", "absTime", "relTime", "unparse", "unresolved", "floor", "ceil", "ceiling", "round", "pow", "quantize", "ifThenElse",
        "interval",
        "eval", "stringListsIntersect", "debug", "envV1ToV2", "mergeEnvironment", "listToArgs", "argsToList", "stringListSize", "stringListSum",
        "stringListAvg",
        "stringListMin", "stringListMax", "stringListMember", "stringListIMember", "stringListSubsetMatch", "stringListISubsetMatch",
        "stringList_regexpMember",
        "userHome", "userMap", "splitUserName", "splitSlotName", "split", "evalInEachContext", "countMatches", "log", "IFTHENELSE", "SIZE",
        "StringListSum",
    ]
    private static let moments = [
        "absTime(0)", "absTime(1700000000)", "absTime(951782400, 3600)", "1700000000", "-1", "absTime(\"2024-12-30T00:00:00-08:00\")", "1.5",
        "splitTime(86399)",
        "splitTime(absTime(1704067199, -3600))", "\"1\"", "undefined", "[ Year = 2020; Month = 2; Day = 30 ]", "[ Hours = 1 ]",
        "splitTime(relTime(90))",
    ]
    private static let conversions = [
        "Y", "y", "m", "d", "H", "M", "S", "a", "A", "b", "B", "c", "C", "D", "e", "F", "g", "G", "h", "I", "j", "k", "l", "n", "p", "P", "r", "R",
        "s", "t", "T", "u",
        "U", "V", "w", "W", "x", "X", "z", "Z", "%", "E", "Oy", "Ey", "-d", "_d", "010Y", "q", "",
    ]
    private static let timeTexts = [
        "2026-01-31T09:00:00", "2026-01-31", "2026-1-3", "20260131T090000Z", "2026-01-31 09:00", "2026-01-31T09:00:00.5", "2026-02-30T25:61:61",
        "09:00",
        "2026-01-31T09:00:00+0530", "2026-01-31T09:00:00-05", "1+02:03:04", "-1+02:03:04", "02:03:04", "03:04", "04", "04.5", "1+2:3:4.25",
        "1d2h3m4s", "1d", "2h",
        "-3m", "1d 2h", "", " ", "x", "1e3", "0x10", "010", " 7 ", "7x", "+7", "-7.5", "true", "TRUE", "t", "yes", "1:2", "99999999999999999999",
        "1.5e400", "-",
    ]
    private static let conversionsOf = [
        "\"1\"", "\"1.9\"", "\" 12abc\"", "\"\"", "\"0x1F\"", "\"1e2\"", "\"-1.5\"", "\"inf\"", "\"NaN\"", "\"true\"", "\"False\"", "\"T\"", "2.5",
        "3.5", "-2.5", "-0.4", "1e19",
        "-1e19", "real(\"NaN\")", "real(\"INF\")", "true", "{}", "[]", "absTime(10)", "relTime(10.5)", "undefined", "error", "1e-7", "1e21",
        "123456789012345678",
        "0.1 + 0.2", "1.0 / 3", "{ 1, 2.0, \"a\\\"b\" }", "[ a = 1; b = { a } ]", "\"a\\nb\"", "100000000000000000000.0", "9223372036854775807 + 1",
    ]
    private static let patterns = [
        "\"a(?=b)\"", "\"(?<n>a)b\"", "\"^a$\"", "\"A B # c\"", "\".\"", "\"a.b\"", "\"[[:alpha:]]+\"", "\"\\\\w+\"", "\"\\\\p{L}\"", "\"(a|b)*\"",
        "\"(a)|(b)|(c)\"", "\"[\"", "\"*\"", "\"a{2,1}\"",
        "\"\\\\Qa.b\\\\E\"", "\"(?i:A)b\"", "\"^\"", "\"$\"", "\"\"", "\"\\\\b\"", "\"\\\\G.\"", "\"(?!)\"", "\"é\"", "\"[é]\"", "\"a++b\"",
        "\"(?>a+)b\"", "1", "undefined", "\"(.)\\\\1\"", "\"\\\\x61\"",
        "\"(?<=a)b\"", "\"\\\\Kb\"", "\"a\\nb\"", "\"\\\\R\"", "\"\\\\X\"",
    ]
    private static let subjects = [
        "\"ab\"", "\"AB\"", "\"a\\nb\"", "\"aab abb\"", "\"\"", "\"é\"", "\"a.b\"", "\"A B\"", "\"one, two,three\"", "{ \"ab\", \"b\" }", "{}",
        "{ 1, \"a\" }", "{ undefined, \"a\" }", "undefined", "1", "error",
        "\"aaaa\"", "\"abcabc\"", "S", "L",
    ]
    private static let replacements = [
        "\"x\"", "\"\"", "\"\\\\0\\\\1\"", "\"\\\\9\"", "\"\\\\\\\\\"", "\"\\\\n\"", "\"$1\"", "\"\\\\\"", "\"a\\\\1b\\\\2c\\\\3\"", "1", "undefined",
        "\"\\\\10\"",
    ]
    private static let partedTexts = [
        "\"a@b\"", "\"a@b@c\"", "\"@\"", "\"\"", "\"ab\"", "\"@b\"", "\"a@\"", "\"slot1@h\"", "\"slot1_2@a@b\"", "1", "undefined", "error", "{}",
        "\"nosuchuser\", \"d\"", "\"nosuchuser\"",
        "\"nosuchuser\", 1", "\"a b, c;d\"", "\"a,,b\", \",\"", "\"a b\", \"\"", "\" a  b \"", "\"a;b=1\"", "\"A=1;;B=2\"", "\"|A=1|B=2;\"",
        "\"'a b' c\"", "\"a'b'c\"", "\"'a''b'\"", "\"a b\", 1", "\"a b\", 2", "\"a b\", 3",
        "\"\\\"a b\\\"\"", "\"A='1 2' B=\\\"x\\\"\"",
    ]
    private static let environments = [
        "\"A=1\"", "\"A=2 B=3\"", "\"B='x y'\"", "\"\"", "undefined", "error", "1", "\"A\"", "\"=1\"", "\"C=it''s\"", "\"D='it''s'\"", "\"E=a=b\"",
        "\"A=1;B=2\"", "\"F='open\"", "{}", "\"G=\"", "\" H=1  I=2 \"",
    ]
    private static let versions = [
        "25.14.1", "25.14", "25.9.9", "25.014.1", "v25", "25.14.1-rc1", "", "a", "1.2.3.4", "10", "9", "1a", "1b", "01", "001", "1.0", "1.00", "1.",
        ".1", "1..2", " 1", "1 ", "é",
        "$CondorVersion: 25.14.1 2026-08-20 $", "0", "00", "000", "0.1", "00.1", "99999999999999999999", "A", "B",
    ]
}
