import ClassAd
import Testing

@testable import Jobs

@Suite struct TriviallyTrueTests {
    @Test func onlyWhatLooksAtNothingIsTrivial() throws {
        for text in ["true", "1", "-2", "0.5", "!false", "1 < 2", "time() > 0", "(true)", "[a = 1].a", "{true}[0]"] {
            #expect(try ExprTree.parse(text).isTriviallyTrue, "\(text)")
        }
        for text in [
            "false", "0", "0.0", "undefined", "error", "\"true\"", "ProcId >= 0", "true || X", "{true}", "MY.X is undefined", "unparse(X) == \"X\"",
            "[a = X is undefined].a",
        ] {
            #expect(try !ExprTree.parse(text).isTriviallyTrue, "\(text)")
        }
    }
}
