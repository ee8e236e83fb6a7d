import Diagnostics
import JSON
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

    @Test func writesRealsAsHTCondorDoes() {
        #expect(text(.literal(.real(-0.5))) == "-0.5")
        #expect(text(.literal(.real(3))) == "3.0")
        #expect(text(.literal(.real(.nan))) == "\"\\/Expr(real(\\\"NaN\\\"))\\/\"")
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
