import Diagnostics
import JSON
import SeededGeneration
import Testing

@Suite struct JSONParsingTests {
    @Test func readsEveryKindOfValue() throws {
        #expect(
            try JSONValue.parse(#" {"b": [1, -2.5e1, true, false, null], "a": {"é😀\/": "\ud83d\ude00"}, "": 9223372036854775807} "#)
                == ["b": [1, -25.0, true, false, nil], "a": ["é😀/": "😀"], "": .integer(.max)])
    }

    @Test func membersKnowTheirPlace() throws {
        guard case .object(let members) = try JSONValue.parse("{\"a\": 1,\n  \"b\": 2}") else { return #expect(Bool(false)) }
        #expect(members.map(\.place) == [JSONPlace(line: 1, column: 2), JSONPlace(line: 2, column: 3)])
        #expect(members == ["a": 1, "b": 2])
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
        #expect(throws: JSONError.self) { _ = try JSONValue.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { _ = try JSONValue.parse("[[[]]]", limits: .init(depth: 2)) }
        #expect(throws: JSONError.self) { _ = try JSONValue.parse("12345", limits: .init(length: 4)) }
        #expect(throws: JSONError.self) { _ = try JSONValue.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func takesAnyBytes() {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("{}[]\",:\\u0019dD8truefalsn+-.eE \n".utf8) + [0x00, 0x80, 0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...16, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            guard let value = try? JSONValue.parse(bytes) else { continue }
            #expect((try? JSONValue.parse(value.serialized())) == value, "seed 3: \(bytes)")
            #expect((try? JSONValue.parse(value.serialized(pretty: true))) == value, "seed 3: \(bytes)")
        }
    }
}
