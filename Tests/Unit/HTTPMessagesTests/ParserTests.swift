import HTTPTypes
import NIOCore
import SeededGeneration
import Testing

@testable import HTTPMessages

@Suite struct ParserTests {
    @Test(
        arguments: [
            ("/", [], [:]), ("/a/b", ["a", "b"], [:]), ("/a/", ["a", ""], [:]), ("//", ["", ""], [:]), ("/a%20b+c", ["a b+c"], [:]),
            ("/?a=1&b", [], ["a": "1", "b": ""]), ("/x?a=b=c&&d=%26+e", ["x"], ["a": "b=c", "d": "& e"]), ("/?", [], [:]), ("/?=x", [], ["": "x"]),
            ("http://h:1/a?b=c", ["a"], ["b": "c"]), ("HTTPS://h", [], [:]), ("http://h?b=c", [], ["b": "c"]),
        ] as [(String, [String], [String: String])])
    func targets(_ text: String, _ segments: [String], _ query: [String: String]) throws {
        let target = try RequestTarget(text)
        #expect(target.segments == segments)
        #expect(Dictionary(target.query.map { ($0.name, $0.value) }) { first, _ in first } == query)
    }

    @Test(arguments: [
        ("", RequestTarget.Failure.notAPath), ("a", .notAPath), ("*", .notAPath), ("http:///a", .notAPath), ("http://a@b/", .notAPath),
        ("ftp://a/", .notAPath), ("/a#b", .notAPath), ("/%", .badPathEncoding), ("/%1", .badPathEncoding), ("/%1g", .badPathEncoding),
        ("/%00", .badPathEncoding), ("/%80", .badPathEncoding), ("/%ed%a0%80", .badPathEncoding), ("/?a=%", .badQueryEncoding),
        ("/?%ff", .badQueryEncoding),
    ])
    func badTargets(_ text: String, _ failure: RequestTarget.Failure) {
        #expect(throws: failure) { try RequestTarget(text) }
    }

    @Test func randomTargetsDecodeAsWritten() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 1...255, using: &random) }
            let escaped = bytes.map { byte in
                Bool.random(using: &random) || byte < 0x21 || byte > 0x7e || "%/?#&=+".utf8.contains(byte)
                    ? "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: Bool.random(using: &random))
                    : String(UnicodeScalar(byte))
            }.joined()
            let target = try? RequestTarget("/\(escaped)?\(escaped)=\(escaped)")
            guard let text = String(validating: bytes, as: UTF8.self) else {
                #expect(target == nil, "seed \(seed)")
                continue
            }
            #expect(target?.segments == (text.isEmpty ? [] : [text]), "seed \(seed)")
            #expect(target?.query == [.init(name: text, value: text)], "seed \(seed)")
        }
    }

    @Test func randomTextNeverTraps() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("/?#%&=+.:@azAZ09 ;,*\"q\u{e4}\u{0}\r\n\t[]-".unicodeScalars)
        for _ in 0..<50_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            if let target = try? RequestTarget(text) { #expect(target.rawPath.utf8.first == UInt8(ascii: "/"), "seed \(seed)") }
            if let type = MediaType(text) { #expect(MediaType(type.description) == type, "seed \(seed)") }
            let quality = AcceptedTypes(text).quality(of: "application/json")
            #expect(quality >= 0 && quality <= 1, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("application/json", "application/json"), (" Text/PLAIN ; charset=x", "text/plain"), ("*/*", "*/*"), ("a/b+c", "a/b+c"),
    ])
    func mediaTypes(_ text: String, _ wanted: String) {
        #expect(MediaType(text)?.description == wanted)
    }

    @Test(arguments: ["", "/", "a", "a/", "/b", "a /b", "a/ b", "a/b c", "a/b/c", "a/b, c/d", "\u{e4}/b"])
    func badMediaTypes(_ text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test func acceptedTypes() {
        let json: MediaType = "application/json"
        let lines: MediaType = "application/x-ndjson"
        func best(_ accept: String?) -> MediaType? { AcceptedTypes(accept).best(of: [json, lines]) }
        #expect(best(nil) == json)
        #expect(best("*/*") == json)
        #expect(best("application/x-ndjson") == lines)
        #expect(best("application/x-ndjson;q=0.5, application/*") == json)
        #expect(best("application/json;q=0.1, application/x-ndjson; q=0.2") == lines)
        #expect(best("application/json;q=0, */*") == lines)
        #expect(best("text/html") == nil)
        #expect(best("nonsense") == json)
    }
}
