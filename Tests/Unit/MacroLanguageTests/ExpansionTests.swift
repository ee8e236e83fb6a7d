import MacroLanguage
import Testing

@Suite struct ExpansionTests {
    private func reason(_ lines: String, _ text: String) -> MacroError.Reason? {
        do throws(MacroError) {
            _ = try TestMacros(lines).expand(text)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func limitsHold() {
        #expect(reason("A = $(B)\nB = $(A)", "$(A)") == .endless)
        #expect(reason("A = $INT(A)", "$(A)") == .nesting)
        #expect(
            reason(
                (1...40).map { "A\($0) = $(A\($0 - 1))$(A\($0 - 1))" }.joined(separator: "\n") + "\nA0 = \(String(repeating: "x", count: 1000))",
                "$(A40)") == .size)
        #expect(reason("A = 1", "$STRING(A,%9999999s)") == .size)
        #expect(reason("", String(repeating: "$(N)", count: 30_000)) == .endless)
    }

    @Test func limitsHoldInPlace() {
        #expect(reason("A = $INT(A)", "$CHOICE(A,a,b)") == .nesting)
        #expect(reason("A = $(A)", "$CHOICE(A,a,b)") == .endless)
        #expect(reason("A = 1\nI = $STRING(A,%9999999s)", "$CHOICE(I,a,b)") == .size)
        #expect(reason("A = 1\nI = $INT(A,%.9999999d)", "$CHOICE(I,a,b)") == .size)
    }

    /// The values that a function looks up are expanded first, to see whether they expand in full.
    @Test func aCircleInADigestEnds() {
        #expect(throws: MacroError.self) { try TestMacros("A = $INT(B)\nB = $INT(A)").digest("$(A)") }
        #expect(throws: MacroError.self) { try TestMacros("A = $(A)").digest("$(A)") }
    }

    @Test func errorsAndComplaintsTellTheirPlaces() throws {
        var expander = MacroExpander(TestMacros("A = $INT(x y)\nB = $(A)"))
        #expect(try expander.expand(Array("12 $(A) $INT(z) $(B)".utf8)) == Array("12   ".utf8))
        #expect(expander.complaints.map(\.offset) == [3, 8, 16])
        var outer = TestMacros()
        outer.environment = nil
        do throws(MacroError) {
            _ = try outer.expand("ab $(N) $ENV(HOME)")
            Issue.record("expanded")
        } catch {
            #expect(error.reason == .environment("HOME") && error.offset == 8)
        }
    }

    @Test func anAssignmentExpandsItself() throws {
        var macros = TestMacros("A = a\nTOOL.A = t\nB = b")
        macros.prefixes = [Array("x".utf8), Array("tool".utf8)]
        func own(_ text: String, _ name: String) throws -> String {
            var expander = MacroExpander(macros)
            return String(decoding: try expander.expandSelf(Array(text.utf8), name: Array(name.utf8)), as: UTF8.self)
        }
        #expect(try own("$(A) $(B) $(a:x) $F(A) $INT(A)", "A") == "a $(B) a a $INT(A)")
        #expect(try own("$(A) $(TOOL.A) $(B)", "TOOL.A") == "a t $(B)")
        #expect(try own("$(A)", "OTHER.A") == "$(A)")
    }

    @Test func digestsKeepNames() throws {
        let macros = TestMacros("A = a\nB = $(Item)\nP = /x/y.z\nL = p,q")
        #expect(try macros.digest("$(A)$(Item:$(A))$(B)", keeping: ["item"]) == ("a$(Item:$(A))$(Item)", true))
        #expect(try macros.digest("$INT(B) $Fn(P) $CHOICE(1,L) $(DOLLAR)", keeping: ["item"]) == ("$INT(B) y q $(DOLLAR)", true))
        #expect(try macros.digest("$(A) $BASENAME(P)") == ("a y.z", false))
    }

    @Test func fullPathsNeedADirectory() throws {
        var macros = TestMacros("R = ./q/r.s\nS = /a/b/c.d\nU = \\\\srv\\share/f.x")
        #expect(try macros.value("$Ff(R) $Ff(S)") == "./q/r.s /a/b/c.d")
        macros.directory = Array("/tmp/".utf8)
        // condor_submit -dry-run with `initialdir = /tmp`
        #expect(try macros.value("$Ffq(R) $Ffqa(R) $Ff(S) $Ffn(R) $Ffd(R) $Ffdb(R)") == "\"/tmp/q/r.s\" '/tmp/q/r.s' /a/b/c.d r q/ q")
        #expect(try macros.value("$Fd(U)") == "share/")
    }
}
