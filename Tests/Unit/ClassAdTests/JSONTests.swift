import Diagnostics
import SeededGeneration
import Testing

@testable import ClassAd

@Suite struct JSONTests {
    private func json(_ value: JSONValue) throws -> String {
        try text(ExprTree.fromJSON(value))
    }

    private func text(_ tree: ExprTree) -> String {
        var writer = JSONWriter(capacity: 1)
        tree.writeJSON(into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        "1", "-0.5", "true", "null", "\"a\\\"b\\\\c\\n\\u0001é😀\"", "[1,[],{}]", "{\"a\":{\"b\":[null]}}", "\"\\/Expr(error)\\/\"",
        "\"\\/Expr(a && b == \\\"x\\\")\\/\"",
        "\"\\/Expr(absTime(\\\"2026-01-31T09:00:00-00:00\\\"))\\/\"", "\"/Expr\"", "\"\"",
    ])
    func whatIsReadIsWrittenBack(text: String) throws {
        #expect(try json(JSONValue.parse(text)) == text)
    }

    @Test func readsExpressions() throws {
        #expect(try ExprTree.fromJSON(JSONValue.parse(#"{"expr":"1 + a"}"#)).unparsed() == "1 + a")
        #expect(try ExprTree.fromJSON(JSONValue.parse(#""/Expr(1 + a)/""#)).unparsed() == "1 + a")
        #expect(try ExprTree.fromJSON(JSONValue.parse(#"{"expr":"1","other":2}"#)).unparsed() == "[ expr = \"1\"; other = 2 ]")
        #expect(throws: ClassAdError.self) { _ = try ExprTree.fromJSON(JSONValue.parse(#"{"expr":"1 +"}"#)) }
        #expect(throws: ClassAdError.self) { _ = try ExprTree.fromJSON(.string("a\u{0}")) }
        #expect(throws: ClassAdError.self) { _ = try ExprTree.fromJSON(JSONValue.parse(#"[{"a":1,"A":2}]"#)) }
    }

    @Test func readsAds() throws {
        let ad = try ClassAd.fromJSON(JSONValue.parse(#"{"A":1,"B":"x"}"#))
        #expect(ad.integer("a") == 1)
        #expect(throws: ClassAdError.self) { _ = try ClassAd.fromJSON(JSONValue.parse(#"{"A":1,"a":2}"#)) }
        #expect(throws: ClassAdError.self) { _ = try ClassAd.fromJSON(JSONValue.parse("[]")) }
    }

    @Test(arguments: [
        ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("{\"a\":1,\"a\":2}", 1, 8), ("{\"a\" 1}", 1, 6), ("[1 2]", 1, 4), ("01", 1, 1),
        ("1.", 1, 3), ("-", 1, 2),
        ("\"a", 1, 1), ("\"\t\"", 1, 2), ("\"\\x\"", 1, 2), ("\"\\ud800\"", 1, 2), ("\"\\ud800\\u0041\"", 1, 2), ("[1]\n]", 2, 1),
        ("nul", 1, 1),
        ("9223372036854775808", 1, 1), ("1e999", 1, 1), ("'a'", 1, 1), ("\u{FEFF}1", 1, 1), ("{a:1}", 1, 2),
    ])
    func placesErrors(text: String, line: Int, column: Int) {
        do {
            let value = try JSONValue.parse(text)
            Issue.record("accepted as \(value)")
        } catch {
            #expect(error.diagnostic.line == line)
            #expect(error.diagnostic.column == column)
        }
    }

    @Test func limitsSizeAndDepth() {
        #expect(throws: ClassAdError.self) { _ = try JSONValue.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: ClassAdError.self) { _ = try JSONValue.parse("[[[]]]", limits: .init(depth: 2)) }
        #expect(throws: ClassAdError.self) { _ = try JSONValue.parse("12345", limits: .init(length: 4)) }
        #expect(throws: ClassAdError.self) { _ = try JSONValue.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func placesCommasByItself() {
        var writer = JSONWriter(capacity: 1)
        writer.beginObject()
        writer.name("a")
        writer.value(1)
        writer.name("b")
        writer.beginArray()
        writer.value(true)
        writer.null()
        writer.value(-0.5)
        writer.value(Double.nan)
        writer.value("x\u{7F}\u{0}")
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.raw(json: "7".utf8)
        writer.endObject()
        writer.newline()
        writer.value(UInt64.max)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "{\"a\":1,\"b\":[true,null,-0.5,\"\\/Expr(real(\\\"NaN\\\"))\\/\",\"x\u{7F}\\u0000\",{}],7}\n18446744073709551615")
        writer.removeAll()
        #expect(writer.count == 0)
    }

    @Test func takesAnyBytes() {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("{}[]\",:\\u0019dD8truefalsn+-.eE \n".utf8) + [0x00, 0x80, 0xC3, 0xA9, 0xFF]
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...16, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            guard let value = try? JSONValue.parse(bytes), let tree = try? ExprTree.fromJSON(value) else { continue }
            #expect((try? JSONValue.parse(text(tree))) != nil, "seed 3: \(bytes)")
        }
    }
}
