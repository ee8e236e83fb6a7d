import Testing

@testable import ClassAd

/// The rules that are easily got wrong; the corpora of the conformance runner cover the rest.
@Suite struct EvaluationTests {
    @Test(arguments: [
        ("undefined || true", Value.boolean(true)), ("error || true", .error), ("undefined && false", .boolean(false)),
        ("true && undefined", .undefined),
        ("\"a\" || true", .error), ("5 && 1.5", .boolean(true)), ("!0", .boolean(true)), ("undefined == 1", .undefined),
        ("undefined =?= undefined", .boolean(true)),
        ("\"A\" == \"a\"", .boolean(true)), ("\"A\" =?= \"a\"", .boolean(false)), ("1 =?= 1.0", .boolean(false)),
        ("1 == 1.0", .boolean(true)),
        ("true == 1", .boolean(true)), ("1 / 0", .error), ("1.0 / 0", .error), ("-1.0 / 0", .real(-.infinity)), ("7 / -2", .integer(-3)),
        ("-7 % 3", .integer(-1)),
        ("9223372036854775807 + 1", .integer(.min)), ("1 << 64", .integer(1)), ("-1 >>> 1", .integer(.max)), ("-true", .error),
        ("+\"a\"", .error),
        ("undefined ? 1 : 2", .undefined), ("error ?: 3", .error), ("undefined ?: 3", .integer(3)), ("{ 1,2 }[1]", .integer(2)),
        ("{ 1 }[1]", .error),
        ("[ a = 1; b = a + 1 ].b", .integer(2)), ("[ a = 1 ][\"A\"]", .integer(1)), ("{ [ a = 1 ],[ a = 2 ] }.a[1]", .integer(2)),
        ("{1} == {1}", .error),
        ("min({ 1,2.5 })", .real(1)), ("avg({})", .integer(0)), ("strcat(\"a\",1.5)", .string("a1.500000000000000E+00")),
        ("substr(\"abcdef\",-3,2)", .string("de")),
        ("size(\"é\")", .integer(2)), ("substr(\"é\",0,1) == substr(\"è\",0,1)", .boolean(true)), ("size(substr(\"é\",1))", .integer(1)),
        ("relTime(\"90\")", .real(90)), ("isRelTime(relTime(90))", .boolean(true)), ("noSuchFunction()", .error), ("random(0)", .error),
    ])
    func evaluates(text: String, expected: Value) throws {
        #expect(try ExprTree.parse(text).evaluate() == expected)
    }

    @Test func looksNamesUpInBothAds() throws {
        let my = try ClassAd.parse("[ a = 1; c = TARGET.b; Requirements = TARGET.b > MY.a ]", syntax: .new)
        let target = try ClassAd.parse("[ b = 2; d = MY.b + TARGET.a; Requirements = a == 1 ]", syntax: .new)
        #expect(try ExprTree.parse("a + b").evaluate(my: my, target: target) == .integer(3))
        #expect(try ExprTree.parse("a + b").evaluate(my: my) == .undefined)
        #expect(my.evaluate("c", target: target) == .integer(2))
        #expect(try ExprTree.parse("TARGET.d").evaluate(my: my, target: target) == .integer(3))
        #expect(my.matches(target))
        #expect(!my.matches(my))
    }

    @Test func usesTheGivenClockAndMaps() throws {
        var context = EvaluationContext()
        context.now = { 1_700_000_000 }
        context.random = { 7 }
        context.userMaps.add("Groups", lines: "# comment\n* alice physics,chem\n* /^g(.)$/i x\\1\n")
        func value(_ text: String) throws -> Value { try ExprTree.parse(text).evaluate(context: context) }
        #expect(try value("time() == CurrentTime && time() == 1700000000") == .boolean(true))
        #expect(try value("random(5)") == .integer(2))
        #expect(try value("userMap(\"groups\", \"alice\")") == .string("physics,chem"))
        #expect(try value("userMap(\"groups\", \"alice\", \"CHEM\")") == .string("chem"))
        #expect(try value("userMap(\"groups\", \"G7\")") == .string("x7"))
        #expect(try value("userMap(\"groups\", \"bob\", \"a\", \"none\")") == .string("none"))
        #expect(try value("userMap(\"other\", \"bob\")") == .undefined)
    }

    @Test func findsReferences() throws {
        let ad = try ClassAd.parse("[ A = B + 1; B = C; D = [ x = A ] ]", syntax: .new)
        let references = try #require(try ExprTree.parse("A > TARGET.Memory && D.x == MY.B && Unknown").references(in: ad))
        #expect(references.internal == ["A", "B", "D"])
        #expect(references.external == ["C", "TARGET.Memory", "Unknown"])
        #expect(try !ExprTree.parse("size(\"A\") > 0").referencesAttributes)
        #expect(try ExprTree.parse("{ 1,[ x = y ] }").referencesAttributes)
    }

    @Test func flattens() throws {
        let ad = try ClassAd.parse("[ A = 1; B = X + A; C = [ y = 1 ]; S = \"a\" ]", syntax: .new)
        for (text, expected) in [
            ("A + 1", "2"), ("A + X + 1", "2 + X"), ("true && X", "X"), ("X && true", "X"), ("false && X", "false"), ("X || true", "true"),
            ("A == 1 ? X : Y", "X"),
            ("X ? A : 2", "X ? 1 : 2"), ("B > A", "B > 1"), ("strcat(S, X)", "strcat(\"a\",X)"), ("{ A,X }", "{ 1,X }"),
            ("!(A == 1)", "false"), ("C", "C"), ("C.y", "1"),
            ("TARGET.Memory > A * 2", "TARGET.Memory > 2"), ("undefined ? 1 : X", "undefined ? 1 : X"),
        ] {
            #expect(try ExprTree.parse(text).flattened(in: ad).unparsed() == expected, "\(text)")
        }
        #expect(try ExprTree.parse("B > A").flattened(in: ad, inlining: true).unparsed() == "1 + X > 1")
    }
}
