import Diagnostics
import SeededGeneration
import Testing

@testable import ClassAd

/// What a stranger may send ends in a result or a clear error, within limits.
@Suite struct HostileInputTests {
    @Test(arguments: [
        String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000),
        String(repeating: "!", count: 100_000) + "true",
        String(repeating: "-", count: 100_000) + "1",
        String(repeating: "{", count: 100_000) + String(repeating: "}", count: 100_000),
        String(repeating: "[a=", count: 100_000) + "1" + String(repeating: "]", count: 100_000),
        String(repeating: "a?b:", count: 100_000) + "c",
        String(repeating: "a?:", count: 100_000) + "c",
        String(repeating: "f(", count: 100_000) + String(repeating: ")", count: 100_000),
        String(repeating: "a[", count: 100_000) + "1" + String(repeating: "]", count: 100_000),
    ])
    func refusesDeepNesting(text: String) {
        #expect(throws: ClassAdError.self) { _ = try ExprTree.parse(text) }
        #expect(throws: ClassAdError.self) { _ = try ExprTree.parse(text, syntax: .old) }
    }

    @Test(arguments: [
        Array(repeating: "1", count: 200_000).joined(separator: "+"),
        Array(repeating: "a", count: 200_000).joined(separator: "&&"),
        "a" + String(repeating: ".a", count: 200_000),
        "a" + String(repeating: "[0]", count: 200_000),
    ])
    func endsLongChains(text: String) throws {
        let tree = try ExprTree.parse(text)
        _ = tree.unparsed()
        _ = tree.wireText
        _ = tree.references()
        #expect(tree.evaluate() == .error || tree.evaluate() == .undefined)
        #expect(ExprTree.conjunction([tree, tree]).unparsed().utf8.count > text.utf8.count)
    }

    @Test func takesLongStrings() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let tree = try ExprTree.parse("size(strcat(\"\(long)\", \"\(long)\"))")
        #expect(tree.evaluate() == .integer(2 << 20))
        #expect(throws: ClassAdError.self) { _ = try ExprTree.parse("\"\(long)") }
    }

    @Test(arguments: [
        ("[ a = a ]", "a", Value.undefined),
        ("[ a = b; b = a + 1 ]", "a", .undefined),
        ("[ a = MY.a ]", "a", .undefined),
        ("[ a = MY[\"a\"] ]", "a", .error),
        ("[ a = eval(\"a\") ]", "a", .undefined),
        ("[ a = { a } ]", "a[0][0][0][0]", .undefined),
        ("[ L = { L } ]", "L.x", .error),
        ("[ a = strcat(a, a) ]", "a", .undefined),
        ("[ a = unresolved(a) ]", "a", .string("")),
    ])
    func endsSelfReferences(ad: String, expression: String, expected: Value) throws {
        let my = try ClassAd.parse(ad, syntax: .new)
        let value = try ExprTree.parse(expression).evaluate(my: my)
        if case .list = value { return }
        #expect(value == expected)
    }

    @Test func boundsBlowUp() throws {
        // Each attribute doubles the one before: 2^40 strings, or 2^40 evaluations.
        for function in ["strcat(a%, a%)", "a% + a%", "{ a%, a% }", "join(\",\", { a%, a% })"] {
            var ad = ClassAd()
            ad["a0"] = .string("abcdefgh")
            for i in 1...40 {
                ad["a\(i)"] = try ExprTree.parse(function.split(separator: "%").joined(separator: "\(i - 1)"))
            }
            _ = try ExprTree.parse("size(a40)").evaluate(my: ad)
            _ = try ExprTree.parse("a40").references(in: ad)
        }
    }

    @Test(arguments: [
        "regexp(\"(a+)+$\", \"%\")", "regexp(\"(a|aa)+$\", \"%\")", "regexps(\"(.*)*x\", \"%\", \"y\")",
        "replaceAll(\"(a*)*b\", \"%\", \"y\")",
        "regexpMember(\"(a+)+$\", { \"%\", \"%\", \"%\" })", "stringList_regexpMember(\"(a+)+$\", \"%,%,%,%,%,%,%\")",
        "regexp(\"((((((((((a{1,99}){1,99}){1,99}){1,99}){1,99}){1,99}))))){1,99}\", \"a\")",
    ])
    func endsCatastrophicPatterns(text: String) throws {
        let subject = String(repeating: "a", count: 5000) + "!"
        let value = try ExprTree.parse(text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: subject)).evaluate()
        switch value {
        case .boolean, .error, .string: break
        default: Issue.record("\(value)")
        }
    }

    @Test func namesWhatIsNoText() {
        for (text, part) in [
            ("\u{FEFF}a", "byte order mark"), ("a\u{0}", "NUL"), ("é", "ASCII"), ("\"a\u{0}\"", "NUL"), ("a /* b", "comment"),
            ("0x10", "hexadecimal"),
        ] {
            do {
                _ = try ExprTree.parse(text)
                Issue.record("accepted \(text)")
            } catch {
                #expect(error.diagnostic.message.contains(part), "\(error.diagnostic.message)")
            }
        }
        let latin: [UInt8] = [0x22, 0xE9, 0x22]
        let tree = latin.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }
        #expect(tree?.unparsedBytes(.old) == latin)
        #expect(tree?.unparsed(.new) == "\"\\351\"")
    }

    @Test func takesAnyBytes() throws {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("ab\"'\\(){}[]=?!&|<>.,;:+-*/%~^ \n\r\t01eE\u{0}é".utf8) + [0xFF, 0xC3]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for syntax in [ClassAdSyntax.old, .new] {
                guard let tree = bytes.withUnsafeBufferPointer({ try? ExprTree.parse($0, syntax: syntax) }) else { continue }
                _ = tree.evaluate()
                // What is sent is read back as what was meant.
                let wire = tree.wireBytes
                let again = wire.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }
                #expect(again != nil, "\(bytes) \(tree.unparsed(.new))")
                #expect(again?.evaluate().unparsed(.new) == tree.evaluate().unparsed(.new), "\(bytes)")
            }
        }
    }

    @Test func keepsConditionsInTheirPlace() throws {
        let own = ExprTree.binary(.equal, .attribute("Owner"), .string("alice"))
        let bob = try ClassAd.parse("[ Owner = \"bob\"; Note = \"x\" ]", syntax: .new)
        for hostile in [
            "MY.'x) || (true'", "'f) || (true'(1)", "Note == \"x\\\"\\n) || (true) // \"", "Note == \"x\\\\\" || true", "true || true",
            "'a\\\\' || true",
            "{ \"\\\\\" }[0] == \"\" || true", "'x\\'\\n) || (true // '",
        ] {
            let composed = ExprTree.conjunction([own, try ExprTree.parse(hostile)])
            let received = try ExprTree.parse(composed.wireText, syntax: .old)
            #expect(received.operation?.op == .and, "\(hostile)")
            #expect(received.operation?.operands.first == own, "\(hostile)")
            #expect(received.evaluate(my: bob) == .boolean(false), "\(hostile): \(composed.wireText)")
        }
    }
}
