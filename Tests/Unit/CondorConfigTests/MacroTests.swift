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

    /// The index of `$CHOICE()` is read by HTCondor's other expander.
    @Test func theIndexOfAChoiceIsExpandedInItsOwnWay() throws {
        #expect(try result("A2 = 2$Fqd(plain)\nR = $CHOICE(A2,a,,b)") == "b")
        #expect(try result("S = 012\nI = $SUBSTR(S,2)\nR = $CHOICE(I,a,b,c)$SUBSTR(S,2)") == "b2")
        #expect(try result("P = /x/2.y\nI = $Fn(P)\nR = $CHOICE(I,a,b,c)") == "c")
        #expect(try result("I = $BASENAME(1.x,.x)\nR = $CHOICE(I,a,b,c)") == "a")
        #expect(try result("I = $INT( 1 )$STRING( 0 ,%.1s)\nR = $CHOICE(I,a,b,c,d,e,f,g,h,i,j,k)") == "k")
    }
}
