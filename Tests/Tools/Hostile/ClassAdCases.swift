import ClassAd

private func expression(_ text: String, in ad: ClassAd? = nil) throws -> String {
    try expression(bytes: Array(text.utf8), in: ad)
}

private func expression(bytes: [UInt8], in ad: ClassAd? = nil) throws -> String {
    let tree = try bytes.withUnsafeBufferPointer { try ExprTree.parse($0) }
    _ = tree.wireBytes
    _ = tree.references()
    return shortened(tree.evaluate(my: ad))
}

private func shortened(_ value: Value) -> String {
    let text = value.unparsed(.new)
    return text.utf8.count < 60 ? text : "a value of \(text.utf8.count) bytes"
}

/// Attributes each of which has the one before it twice.
private func doubling(_ pattern: (String) -> String) throws -> String {
    var ad = ClassAd()
    ad["a0"] = .string("abcdefgh")
    for index in 1...60 { ad["a\(index)"] = try ExprTree.parse(pattern("a\(index - 1)")) }
    return try expression("a60", in: ad)
}

private func pattern(_ call: String) throws -> String {
    var ad = ClassAd()
    ad["s"] = .string(repeated("a", 100_000) + "!")
    return try expression(call, in: ad)
}

let classAdCases: [HostileCase] = [
    HostileCase("classad: 100,000 nested parentheses", .error) { try expression(repeated("(", 100_000) + "1" + repeated(")", 100_000)) },
    HostileCase("classad: 100,000 open parentheses", .error) { try expression(repeated("(", 100_000)) },
    HostileCase("classad: 100,000 nested lists", .error) { try expression(repeated("{", 100_000) + repeated("}", 100_000)) },
    HostileCase("classad: 100,000 nested ads", .error) { try expression(repeated("[a=", 100_000) + "1" + repeated("]", 100_000)) },
    HostileCase("classad: 100,000 nested calls", .error) { try expression(repeated("f(", 100_000) + repeated(")", 100_000)) },
    HostileCase("classad: 100,000 negations", .error) { try expression(repeated("!", 100_000) + "true") },
    HostileCase("classad: 100,000 conditionals", .error) { try expression(repeated("a?b:", 100_000) + "c") },
    HostileCase("classad: a sum of 200,000 numbers", .value) { try expression(repeated("1+", 200_000) + "1") },
    HostileCase("classad: a sum of a million numbers", .error) { try expression(repeated("1+", 1_000_000) + "1") },
    HostileCase("classad: a list of 300,000 numbers", .value) { try expression("size({" + repeated("1,", 300_000) + "1})") },
    HostileCase("classad: a name of 1 MB", .value) { try expression(repeated("n", megabyte)) },
    HostileCase("classad: a string of 1 MB", .value) { try expression("size(\"\(repeated("x", megabyte))\")") },
    HostileCase("classad: a string of 1 MB without end", .error) { try expression("\"\(repeated("x", megabyte))") },
    HostileCase("classad: a comment of 1 MB without end", .error) { try expression("1 /*\(repeated("x", megabyte))") },
    HostileCase("classad: a number of 1 MB", .value) { try expression(repeated("9", megabyte)) },
    HostileCase("classad: 1 MB of escapes", .value) { try expression("size(\"\(repeated("\\n", megabyte / 2))\")") },
    HostileCase("classad: 1 MB of NUL escapes", .error) { try expression("\"\(repeated("\\0", megabyte / 2))\"") },
    HostileCase("classad: an attribute that is itself", .value) { try expression("a", in: ClassAd.parse("[ a = a + 1 ]", syntax: .new)) },
    HostileCase("classad: a circle of attributes", .value) { try expression("a", in: ClassAd.parse("[ a = b; b = {c}[0]; c = a ]", syntax: .new)) },
    HostileCase("classad: eval of itself", .value) { try expression("a", in: ClassAd.parse("[ a = eval(\"eval(\\\"a\\\") + a\") ]", syntax: .new)) },
    HostileCase("classad: doubling strings", .value) { try doubling { "strcat(\($0), \($0))" } },
    HostileCase("classad: doubling sums", .value) { try doubling { "\($0) + \($0)" } },
    HostileCase("classad: doubling lists", .value) { try doubling { "{ \($0), \($0) }" } },
    HostileCase("classad: doubling joins", .value) { try doubling { "join(\",\", { \($0), \($0) })" } },
    HostileCase("classad: doubling replacements", .value) { try doubling { "replaceAll(\"a\", \($0), \($0))" } },
    HostileCase("classad: doubling unparsed text", .value) { try doubling { "unparse(\($0)) + strcat(\($0), \($0))" } },
    HostileCase("classad: doubling evaluations", .value) { try doubling { "eval(\"strcat(\($0), \($0))\")" } },
    HostileCase("classad: split of a million words", .value) {
        try expression("size(split(s))", in: ClassAd.parse("[ s = \"\(repeated("a ", megabyte))\" ]", syntax: .new))
    },
    HostileCase("classad: sum of a million numbers", .value) {
        try expression("stringListSum(s)", in: ClassAd.parse("[ s = \"\(repeated("1,", megabyte))\" ]", syntax: .new))
    },
    HostileCase("classad: pattern (a+)+$", .value) { try pattern("regexp(\"(a+)+$\", s)") },
    HostileCase("classad: pattern (a|aa)+$", .value) { try pattern("regexp(\"(a|aa)+$\", s)") },
    HostileCase("classad: pattern (.*)*x", .value) { try pattern("regexps(\"(.*)*x\", s, \"y\")") },
    HostileCase("classad: pattern (a*)*b in all places", .value) { try pattern("replaceAll(\"(a*)*b\", s, \"y\")") },
    HostileCase("classad: pattern for many words", .value) {
        try pattern("regexpMember(\"(a+)+$\", split(replaceAll(\"aaaaaaaaaa\", s, \"aaaaaaaaa \")))")
    },
    HostileCase("classad: pattern of nested counts", .value) { try pattern("regexp(\"((((a{1,999}){1,999}){1,999}){1,999}){1,999}\", s)") },
    HostileCase("classad: pattern of 1 MB", .value) { try pattern("regexp(\"\(repeated("(a|b)", megabyte / 5))\", s)") },
    HostileCase("classad: pattern that calls itself", .value) { try pattern("regexp(\"(?R)?a(?R)?b\", s)") },
    HostileCase("classad: bytes that are not UTF-8", .error) { try expression(bytes: [0x61, 0x20, 0xFF, 0xFE]) },
    HostileCase("classad: a NUL byte", .error) { try expression("a\0b") },
    HostileCase("classad: lines ended with CRLF", .value) { try expression("1 +\r\n2\r\n") },
    HostileCase("classad: a byte order mark", .error) { try expression("\u{FEFF}1") },
]
