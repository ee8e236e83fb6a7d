import CondorConfig
import Diagnostics

private func config(_ text: String, files: [String: String] = [:]) throws -> String { try config(bytes: Array(text.utf8), files: files) }

/// Loads a configuration and expands everything it sets.
private func config(bytes: [UInt8], files: [String: String] = [:]) throws -> String {
    var all = files.mapValues { Array($0.utf8) }
    all["/cfg/main"] = bytes
    let configuration = try Configuration.load(root: .path("/cfg/main"), environment: [:], files: MemoryConfigurationFiles(all), facts: HostFacts())
    let own = configuration.settings.filter { $0.origin.file.hasPrefix("/cfg") }
    for setting in own { _ = try configuration.expand(setting.name) }
    return "\(own.count) settings"
}

private let doublingMacros = "A0 = \(repeated("x", 100))\n" + (1...60).map { "A\($0) = $(A\($0 - 1))$(A\($0 - 1))\n" }.joined()

let configCases: [HostileCase] = [
    HostileCase("config: 100,000 open macros", .value) { try config("A = \(repeated("$(", 100_000))\n") },
    HostileCase("config: 100,000 nested macros", .error) { try config("A = \(repeated("$(", 100_000))\(repeated(")", 100_000))\n") },
    HostileCase("config: 100,000 nested defaults", .error) { try config("A = \(repeated("$(x:", 100_000))1\(repeated(")", 100_000))\n") },
    HostileCase("config: 100,000 parentheses evaluated", .value) { try config("A = $EVAL(\(repeated("(", 100_000))1\(repeated(")", 100_000)))\n") },
    HostileCase("config: 100,000 parentheses in a condition", .error) { try config("if \(repeated("(", 100_000))\nendif\n") },
    HostileCase("config: a value that is itself", .error) { try config("A = $INT(A)\n") },
    HostileCase("config: a circle of values", .error) { try config("A = $(B)\nB = $(A)\n") },
    HostileCase("config: a growing circle", .error) { try config("A = x$(B)x\nB = $(A)$(A)\n") },
    HostileCase("config: doubling values", .error) { try config(doublingMacros) },
    HostileCase("config: doubling by assignment", .error) { try config("A = x\n" + repeated("A = $(A)$(A)\n", 60)) },
    HostileCase("config: growing by +=", .error) { try config("A = x\n" + repeated("A += \(repeated("z", 300))\n", 10_000)) },
    HostileCase("config: a chain of 50,000 values", .error) { try config((0..<50_000).map { "A\($0) = $(A\($0 + 1))\n" }.joined()) },
    HostileCase("config: 50,000 values", .value) { try config((0..<50_000).map { "A\($0) = \($0)\n" }.joined()) },
    HostileCase("config: a value of 1 MB", .value) { try config("A = \(repeated("x", megabyte))\nB = $SUBSTR(A,-3)\n") },
    HostileCase("config: a value of 5 MB", .error) { try config("A = " + repeated("\(repeated("x", megabyte))\\\n", 5)) },
    HostileCase("config: 100,000 references", .error) { try config("A = \(repeated("$(NONE)", 100_000))\n") },
    HostileCase("config: 100,000 open conditionals", .error) { try config(repeated("if true\n", 100_000)) },
    HostileCase("config: 100,000 broken lines", .error) { try config(repeated("this is no statement\n", 100_000)) },
    HostileCase("config: a file that includes itself", .error) { try config("include : /cfg/main\n") },
    HostileCase("config: files that include the next twice", .error) {
        try config(
            "include : /cfg/0\n",
            files: Dictionary(uniqueKeysWithValues: (0..<18).map { ("/cfg/\($0)", "include : /cfg/\($0 + 1)\ninclude : /cfg/\($0 + 1)\n") })
                .merging(["/cfg/18": "A = 1\n"]) { $1 })
    },
    HostileCase("config: a here document without end", .error) { try config("A @=end\n" + repeated("row\n", 200_000)) },
    HostileCase("config: arguments of a template nested", .value) { try config("use FEATURE:PartitionableSlot\(repeated("(", 100_000))\n") },
    HostileCase("config: 10,000 templates", .error) { try config(repeated("use FEATURE:GPUs\n", 10_000)) },
    HostileCase("config: a catastrophic pattern", .value) { try config("A = $EVAL(regexp(\"(a+)+$\", \"\(repeated("a", 50_000))!\"))\n") },
    HostileCase("config: a format of great width", .value) { try config("A = 1\nB = $INT(A,%999999999d)\n") },
    HostileCase("config: strings of great width", .error) { try config("A = 1\nB = $STRING(A,%999999999s)\n") },
    HostileCase("config: many numbers of great width", .value) { try config("A = 1\nB = \(repeated("$INT(A,%999999999d)", 10_000))\n") },
    HostileCase("config: many wide numbers in place", .error) {
        try config("A = 1\nI = $INT(A,%4000000d)\nB = \(repeated("$CHOICE(I,a,b)", 10_000))\n")
    },
    HostileCase("config: bytes that are not UTF-8", .error) { try config(bytes: Array("A = a".utf8) + [0xFF, 0x0A]) },
    HostileCase("config: a NUL byte", .error) { try config("A = \0\n") },
    HostileCase("config: lines ended with CRLF", .value) { try config("A = 1\r\nB = 2\r\n") },
    HostileCase("config: a byte order mark", .error) { try config("\u{FEFF}A = 1\n") },
]
