import Diagnostics
import Testing

@testable import ClassAd

@Suite struct ParserTests {
    @Test(arguments: [
        ("1+2*3", "1 + 2 * 3"),
        ("a =?= undefined", "a =?= undefined"),
        ("a is b", "a =?= b"),
        ("MY.x + TARGET.y", "MY.x + TARGET.y"),
        ("f(a, \"b\\\"c\", {1,2.5}, [x=1;y=2])", "f(a,\"b\\\"c\",{ 1,2.5 },[ x = 1; y = 2 ])"),
        ("a ? b : c ?: d", "a ? b : c ?: d"),
        ("-(-5) - -3", " -(-5) - -3"),
        ("'odd name' + .b", "'odd name' + .b"),
        ("relTime(\"1:00\")", "relTime(\"01:00\")"),
    ])
    func unparsesAsHTCondorDoes(text: String, expected: String) throws {
        #expect(try ExprTree.parse(text).unparsed() == expected)
    }

    @Test func placesErrors() throws {
        do {
            _ = try ExprTree.parse("a ==\n  b = c")
            Issue.record("no error")
        } catch {
            #expect(error.diagnostic.line == 2)
            #expect(error.diagnostic.column == 5)
            #expect(error.diagnostic.suggestion == "==")
        }
    }

    @Test func composesConditionsAsTrees() throws {
        let hostile = try ExprTree.parse("Owner == \"bob\" || true")
        let composed = ExprTree.conjunction([try ExprTree.parse("Owner == \"alice\""), hostile])
        #expect(composed.unparsed() == "Owner == \"alice\" && (Owner == \"bob\" || true)")
    }
}
