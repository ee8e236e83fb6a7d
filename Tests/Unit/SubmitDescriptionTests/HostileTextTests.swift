import ClassAd
import Diagnostics
import SubmitDescription
import Testing

/// Texts made to be expensive or to break the reader: each ends soon, in an error that says what is wrong.
@Suite struct HostileTextTests {
    private static let doubling =
        "a0 = \(String(repeating: "x", count: 100))\n" + (1...60).map { "a\($0) = $(a\($0 - 1))$(a\($0 - 1))\n" }.joined()
    private static let nested = (0..<5000).map { "b\($0) = $(b\($0 + 1))\n" }.joined()

    private static let texts: [(name: String, text: String, message: String)] = [
        ("doubling macros", doubling + "executable = a\narguments = $(a60)\nqueue\n", "arguments"),
        ("a circle of macros", "executable = a\nb = $(c)\nc = $(b)\narguments = $(b)\nqueue\n", "does not end"),
        ("a macro of itself by way of a function", "executable = a\nb = $INT(b)\narguments = $(b)\nqueue\n", "does not end"),
        ("a growing circle", "executable = a\nb = x$(b2)x\nb2 = $(b)$(b)\narguments = $(b)\nqueue\n", "arguments"),
        ("too many jobs", "executable = a\nqueue 1000000000\n", "more than 1000000 jobs"),
        ("more jobs than numbers", "executable = a\nqueue 99999999999999999999\n", "queue count"),
        ("jobs by rows", "executable = a\nqueue 2000000000 x in (a b c d)\n", "more than 1000000 jobs"),
        ("an endless if", String(repeating: "if true\n", count: 10_000) + "queue\n", "if"),
        ("deep parentheses", "executable = a\nrequirements = \(String(repeating: "(", count: 200_000))\nqueue\n", "Requirements"),
        ("deep negations", "executable = a\nrequirements = \(String(repeating: "!", count: 200_000))true\nqueue\n", "Requirements"),
        ("deep lists", "executable = a\n+X = \(String(repeating: "{", count: 100_000))\nqueue\n", "X"),
        ("NUL", "executable = a\nb = \0\nqueue\n", "NUL"),
        ("byte order mark", "\u{FEFF}executable = a\nqueue\n", "byte order mark"),
        (
            "an item list without end", "executable = a\nqueue x from (\n" + String(repeating: "row\n", count: 100_000),
            "without the closing parenthesis"
        ),
        ("a block without end", "executable = a\nb @=end\n" + String(repeating: "row\n", count: 100_000), "@end"),
        ("a file of this host", "include : /etc/passwd\nqueue\n", "include"),
        ("a command on this host", "include : id |\nqueue\n", "include"),
        ("a text that goes on and on", "executable = a\n" + String(repeating: "x", count: 9 << 20), "longer than"),
    ]

    private func parse(_ text: String) throws(SubmitError) -> SubmitPlan {
        try SubmitDescription.parse(text, mode: .remote, parameters: SubmitParameters())
    }

    @Test(arguments: texts.map(\.name)) func endsInAnError(_ name: String) throws {
        let (_, text, message) = try #require(Self.texts.first { $0.name == name })
        let clock = ContinuousClock()
        let start = clock.now
        do {
            _ = try parse(text)
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics.contains { $0.severity == .error && $0.summary.contains(message) }, "\(error.description.prefix(2000))")
            #expect(error.diagnostics.count <= 50)
            #expect(error.description.utf8.count < 1 << 20)
        }
        // A second in an optimised build; this one may be neither optimised nor alone on the machine.
        #expect(clock.now - start < .seconds(20))
    }

    @Test func longLinesAreRead() throws {
        let long = String(repeating: "y", count: 1_000_000)
        let plan = try parse("executable = a\narguments = \(long)\nqueue\n")
        #expect(plan.clusterAd["Args"]?.unparsed(.old) == "\"\(long)\"")
        let continued = try parse("executable = a\narguments = \(String(repeating: "z \\\n", count: 100_000))\nqueue\n")
        #expect(continued.procCount == 1)
    }

    @Test func carriageReturnsEndLinesToo() throws {
        let plan = try parse("executable = a\r\narguments = b\r\nqueue 2\r\n")
        #expect(plan.procCount == 2)
        #expect(plan.clusterAd["Args"]?.unparsed(.old) == "\"b\"")
    }

    @Test func otherEncodingsAreRefusedInTheirPlace() {
        let bytes = Array("executable = a\n# caf".utf8) + [0xE9] + Array("\nqueue\n".utf8)
        do {
            _ = try SubmitDescription.parse(bytes: bytes, mode: .remote, parameters: SubmitParameters())
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics.first.map { [$0.line, $0.column] } == [2, 6])
        }
    }

    @Test func manyJobsCostWhenTheyAreMade() throws {
        let plan = try parse("executable = a\nqueue 1000000\n")
        #expect(plan.procCount == 1_000_000)
        var ads = try plan.ads(clusterID: 3)
        for process in 0..<1000 { #expect(try ads.next()?["ProcId"]?.unparsed() == "\(process)") }
    }
}
