import MacroLanguage
import Testing

@Suite struct ConditionTests {
    private let macros = TestMacros("SET = x\nEMPTY =")

    private func value(_ text: String, wasExpanded: Bool = false) -> Bool? {
        try? ConditionExpression(macros).evaluate(Array(text.utf8), wasExpanded: wasExpanded).get()
    }

    /// Recorded with condor_submit 25.14.1, but for those that condor_config_val's corpus has.
    @Test(arguments: [
        ("true", true), ("FALSE", false), ("1", true), ("0.0", false), ("-1", true), (".5", true), ("0.0000001", true), ("1.2.3", true),
        ("yes", true),
        ("f", false), ("!0", true), ("! t", false), ("defined SET", true), ("defined EMPTY", false), ("defined NONE", false), ("defined 5", true),
        ("defined use ROLE", true), ("defined use ROLE:Submit", true), ("defined use role:submit", true), ("defined use ROLE:Nope", false),
        ("defined use template", false), ("version >= 8.1.2", true), ("version < 99.0", true), ("version == 25.14", true),
        ("version != 25.14.1", false), ("version > v9.0.1", true), ("version = 25.14.1", true),
    ]) func conditions(_ text: String, _ expected: Bool) {
        #expect(value(text) == expected)
    }

    /// Numbers are read as C's `atof` reads them.
    @Test func exponents() {
        #expect(value("0e5") == false)
        #expect(value("1e400") == true)
        #expect(value("1e-400") == false)
    }

    @Test(arguments: [
        "", "maybe", "1 > 0", "true && true", "0x10", "version", "version 8", "version >= 5.1", "defined use ROLE:Submit x", "defined a b",
    ])
    func otherTexts(_ text: String) {
        #expect(value(text) == nil)
    }

    @Test func nothingLeftOfMacrosIsFalse() {
        #expect(value("", wasExpanded: true) == false)
        #expect(value("!", wasExpanded: true) == true)
    }

    @Test func blocksNest() {
        var stack = ConditionStack()
        #expect(stack.isEnabled && !stack.isInside && stack.beginElse() == "else without matching if")
        for _ in 0..<ConditionStack.deepestNesting {
            let hasRoom = stack.beginIf(true)
            #expect(hasRoom)
        }
        let hasMoreRoom = stack.beginIf(true)
        #expect(!hasMoreRoom)
        #expect(stack.beginElif(true) == nil && !stack.isEnabled && !stack.needsElif)
        #expect(stack.beginElse() == nil && stack.beginElse() == "else is not allowed after else")
        #expect(stack.beginElif(true) == "elif is not allowed after else")
        for _ in 0..<ConditionStack.deepestNesting {
            #expect(stack.endIf() == nil)
        }
        #expect(stack.endIf() == "endif without matching if")
    }
}
