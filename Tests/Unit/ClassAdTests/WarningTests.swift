import Diagnostics
import Testing

@testable import ClassAd

@Suite struct WarningTests {
    @Test(
        arguments: [
            ("regex(\"a\", Owner)", "there is no function 'regex'", "regexp", 1),
            ("Owner == \"a\" &&\n  stringlistmembr(\"x\", Y)", "there is no function", "stringListMember", 3),
            ("JobStatus == undefined", "evaluates to undefined", "=?=", 1),
            ("JobStatus != undefined", "evaluates to undefined", "=!=", 1),
            ("JobStatus == 1 && JobStatus == 2", "never true", "||", 1),
            ("(Owner == \"a\") && (Owner == \"b\")", "never true", "||", 1),
            ("A == { 1 }", "cannot be compared", nil, 1),
            ("1 == \"1\"", "cannot be compared", nil, 1),
            ("A && \"true\"", "not a condition", nil, 6),
            ("L[-1]", "negative", nil, 3),
            ("1 / 0", "evaluates to error", nil, 1),
            ("Ownr == \"a\"", "no attribute 'Ownr'", "Owner", 1),
        ] as [(String, String, String?, Int)])
    func warns(text: String, message: String, suggestion: String?, column: Int) throws {
        let warnings = try ExprTree.check(text, attributes: ["Owner", "JobStatus", "A", "L", "Y"]).warnings
        #expect(warnings.count == 1)
        let warning = try #require(warnings.first)
        #expect(warning.severity == .warning)
        #expect(warning.message.contains(message))
        #expect(warning.suggestion == suggestion)
        #expect(warning.column == column)
    }

    @Test(arguments: [
        "Owner == \"a\"", "true", "time() > 0", "JobStatus =?= undefined", "A == 1 || A == 2", "MY.Owner == TARGET.Owner", "size({}) == 0",
        "CompletelyUnknown > 3",
    ])
    func isQuiet(text: String) throws {
        #expect(try ExprTree.check(text, attributes: ["Owner", "JobStatus", "A"]).warnings.isEmpty)
    }

    @Test func showsTheLineWithACaret() {
        do {
            _ = try ExprTree.parse("Owner == \"alice\" &&\nJobStatus = 1")
            Issue.record("no error")
        } catch {
            #expect(
                "\(error)" == """
                    2:11: error: '=' is an assignment, not a comparison; expected an operator or the end of the expression; did you mean '=='?
                      JobStatus = 1
                                ^
                    """)
        }
    }
}
