import Diagnostics
import SubmitDescription

private func submit(_ text: String) throws -> String { try submit(bytes: Array(text.utf8)) }

private func submit(bytes: [UInt8]) throws -> String {
    let plan = try SubmitDescription.parse(bytes: bytes, mode: .remote, parameters: SubmitParameters())
    if let factory = plan.factory { _ = try factory.digest(clusterID: 1, itemFile: nil) }
    var ads = try plan.ads()
    for _ in 0..<min(plan.procCount, 20) { _ = try ads.next() }
    return "\(plan.procCount) jobs"
}

private let start = "executable = a\n"
private let doublingMacros =
    "a0 = \(repeated("x", 100))\n" + (1...60).map { "a\($0) = $(a\($0 - 1))$(a\($0 - 1))\n" }.joined()

let submitCases: [HostileCase] = [
    HostileCase("submit: queue 1000000000", .error) { try submit(start + "queue 1000000000\n") },
    HostileCase("submit: queue 99999999999999999999", .error) { try submit(start + "queue 99999999999999999999\n") },
    HostileCase("submit: queue 1000000", .value) { try submit(start + "queue 1000000\n") },
    HostileCase("submit: 2000000000 jobs a row", .error) { try submit(start + "queue 2000000000 x in (a b c d)\n") },
    HostileCase("submit: 1 MB of items", .value) { try submit(start + "arguments = $(x)\nqueue x from (\n\(repeated("row\n", megabyte / 4)))\n") },
    HostileCase("submit: items without end", .error) { try submit(start + "queue x from (\n" + repeated("row\n", 100_000)) },
    HostileCase("submit: 100,000 nested parentheses", .error) {
        try submit(start + "requirements = \(repeated("(", 100_000))true\(repeated(")", 100_000))\nqueue\n")
    },
    HostileCase("submit: 100,000 nested macros", .error) {
        try submit(start + "arguments = \(repeated("$(", 100_000))\(repeated(")", 100_000))\nqueue\n")
    },
    HostileCase("submit: 100,000 open macros", .value) { try submit(start + "arguments = \(repeated("$(", 100_000))\nqueue\n") },
    HostileCase("submit: 100,000 nested defaults", .error) {
        try submit(start + "arguments = \(repeated("$(x:", 100_000))1\(repeated(")", 100_000))\nqueue\n")
    },
    HostileCase("submit: a macro that is itself", .value) { try submit(start + "x = a$(x)\narguments = $(x)\nqueue\n") },
    HostileCase("submit: a circle of macros", .error) { try submit(start + "x = $(y)\ny = $(x)\narguments = $(x)\nqueue\n") },
    HostileCase("submit: a growing circle", .error) { try submit(start + "x = x$(y)x\ny = $(x)$(x)\narguments = $(x)\nqueue\n") },
    HostileCase("submit: a circle through functions", .error) { try submit(start + "x = $INT(y)\ny = $STRING(x)\narguments = $(x)\nqueue\n") },
    HostileCase("submit: a circle in a digest", .error) { try submit(start + "x = $INT(y)\ny = $INT(x)\nmax_materialize = 1\nqueue 2\n") },
    HostileCase("submit: doubling macros", .error) { try submit(doublingMacros + start + "arguments = $(a60)\nqueue\n") },
    HostileCase("submit: doubling by assignment", .error) {
        try submit("x = y\n" + repeated("x = $(x)$(x)\n", 60) + start + "arguments = $(x)\nqueue\n")
    },
    HostileCase("submit: growing by +=", .error) { try submit("x = y\n" + repeated("x += \(repeated("z", 300))\n", 10_000) + start + "queue\n") },
    HostileCase("submit: 20,000 macros in each of 20,000 jobs", .error) {
        try submit(start + "x = \(repeated("$(Process)", 20_000))\narguments = $(x)\nqueue 20000\n")
    },
    HostileCase("submit: 15,000 names", .value) { try submit((0..<15_000).map { "n\($0) = $(n\($0 + 1))\n" }.joined() + start + "queue\n") },
    HostileCase("submit: 50,000 names", .error) { try submit((0..<50_000).map { "n\($0) = $(n\($0 + 1))\n" }.joined() + start + "queue\n") },
    HostileCase("submit: 15,000 names and a chain", .value) {
        try submit((0..<15_000).map { "n\($0) = $(n\($0 + 1))\n" }.joined() + start + "arguments = $(n0)$INT(n0)\nqueue\n")
    },
    HostileCase("submit: 10,000 open conditionals", .error) { try submit(repeated("if true\n", 10_000) + "queue\n") },
    HostileCase("submit: 50,000 errors", .error) { try submit(repeated("this is no statement\n", 50_000) + "queue\n") },
    HostileCase("submit: 15,000 attributes", .value) { try submit(start + (0..<15_000).map { "+A\($0) = $(Process)\n" }.joined() + "queue 3\n") },
    HostileCase("submit: 50,000 attributes", .error) { try submit(start + (0..<50_000).map { "+A\($0) = $(Process)\n" }.joined() + "queue 3\n") },
    HostileCase("submit: a value of 1 MB", .value) { try submit(start + "arguments = \(repeated("y", 1_000_000))\nqueue\n") },
    HostileCase("submit: a value of 1 MB for 1000 jobs", .value) {
        try submit(start + "arguments = $(Process) \(repeated("y", 1_000_000))\nqueue 1000\n")
    },
    HostileCase("submit: a line of 3 MB", .error) { try submit(start + "arguments = \(repeated("y", 3 << 20))\nqueue\n") },
    HostileCase("submit: a text of 5 MB", .error) { try submit(start + repeated("# comment\n", megabyte / 2) + "queue\n") },
    HostileCase("submit: 300,000 lines continued", .error) { try submit(start + "arguments = \(repeated("y y \\\n", 300_000))\nqueue\n") },
    HostileCase("submit: 1 MB of input files", .error) { try submit(start + "transfer_input_files = \(repeated("f,", 520_000))\nqueue\n") },
    HostileCase("submit: 1 MB of environment", .value) { try submit(start + "environment = \"\(repeated("A=1 ", 260_000))\"\nqueue\n") },
    HostileCase("submit: a here document without end", .error) { try submit(start + "x @=end\n" + repeated("row\n", 200_000)) },
    HostileCase("submit: a catastrophic pattern", .value) {
        try submit(start + "batch_name = $EVAL(regexp(\"(a+)+$\", \"\(repeated("a", 50_000))!\"))\nqueue\n")
    },
    HostileCase("submit: a format of great width", .value) { try submit(start + "x = 1\narguments = $INT(x,%999999999d)\nqueue\n") },
    HostileCase("submit: bytes that are not UTF-8", .error) {
        try submit(bytes: Array(start.utf8) + [0x78, 0x3D, 0xE9, 0x0A] + Array("queue\n".utf8))
    },
    HostileCase("submit: a NUL byte", .error) { try submit(start + "x = \0\nqueue\n") },
    HostileCase("submit: lines ended with CRLF", .value) { try submit("executable = a\r\nqueue 2\r\n") },
    HostileCase("submit: a byte order mark", .error) { try submit("\u{FEFF}executable = a\nqueue\n") },
    HostileCase("submit: a file of this host", .error) { try submit("include : /etc/passwd\nqueue\n") },
]
