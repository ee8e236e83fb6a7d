import Diagnostics
import Testing

@Suite struct DiagnosticTests {
    @Test func rendersPositionSummaryAndCaret() {
        let finding = Diagnostic(
            .error, "unknown function 'strcatt'", file: "job.sub", line: 3, column: 5, suggestion: "strcat", sourceLine: "a = strcatt(1)")
        #expect(
            finding.description == """
                job.sub:3:5: error: unknown function 'strcatt'; did you mean 'strcat'?
                  a = strcatt(1)
                      ^
                """)
    }

    @Test func rendersWithoutPosition() {
        #expect(Diagnostic(.warning, "nothing is queued").description == "warning: nothing is queued")
        #expect(Diagnostic(.error, "bad value", line: 2).description == "2: error: bad value")
    }

    @Test func caretCountsCharactersWhereColumnsCountBytes() {
        let finding = Diagnostic(.error, "x", line: 1, column: 4, sourceLine: "éa)")
        #expect(finding.description == "1:4: error: x\n  éa)\n    ^")
    }

    @Test func longLinesAreCutAroundTheColumn() {
        let line = String(repeating: "a", count: 5000) + "!" + String(repeating: "b", count: 5000)
        let text = Diagnostic(.error, "x", line: 1, column: 5001, sourceLine: line).description
        let rows = text.split(separator: "\n")
        #expect(rows[1].utf8.count == 162)
        #expect(rows[1].utf8.count > rows[2].utf8.count)
        #expect(Array(rows[1])[rows[2].count - 1] == "!")
    }

    @Test func columnBehindTheEndAndControlCharactersAreHarmless() {
        #expect(Diagnostic(.error, "x", line: 1, column: 99, sourceLine: "a\u{1B}[0m").description == "1:99: error: x\n  a [0m\n       ^")
    }

    @Test(arguments: [
        ("strcatt", "strcat"), ("JobStauts", "JobStatus"), ("requestcpus", "RequestCpus"), ("zzz", nil), ("", nil),
    ])
    func closest(name: String, expected: String?) {
        #expect(closestMatch(to: name, among: ["strcat", "JobStatus", "RequestCpus", "size"]) == expected)
    }
}
