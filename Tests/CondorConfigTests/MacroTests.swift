import CondorConfig
import Testing

@Suite struct MacroTests {
    /// Loads the lines and gives the value of `R`.
    private func result(_ lines: String) throws -> String? { try load(lines + "\n").value("R") }

    @Test func aReplacementMayCompleteAMacro() throws {
        #expect(try result("R = [$(A6$(A6))#]") == "[#]")
        #expect(try result("R = [$(A6$(A6))#$REAL(HOUR,%d)]") == "[#%d]")
        #expect(try result("R = $(A6$(A6))#$REAL(HOUR,%d)$EVAL({1;2})") == "#%d")
        #expect(try result("A3 =\nA6 = $(A3$(A3))\nR = $(A6$(A6))#") == "#")
        #expect(try result("A = (B)\nB = b\nR = $$(A)$(NONE)(B)") == "$$(A)(B)")
        #expect(try result("E =\nB = b\nR = [$F$(E)n(B)]") == "[b]")
    }
}
