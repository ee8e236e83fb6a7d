import HTTPTypes
import NIOCore
import NIOHTTP1
import SeededGeneration
import Testing

@testable import HTTPKit

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
            _ = ConnectionContext.isRequestID(text)
        }
    }

    @Test func randomHeadsNeverTrap() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let names = ["Host", "host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "X", "", "a b"]
        let values = [
            "x", "", "5", "-5", "05", "99999999999999999999", "chunked", "CHUNKED", "gzip, chunked", "close", "keep-alive, Close", ",,",
            "100-continue", "h2c", "\r\n", "\u{0}", "\u{e4}",
        ]
        for _ in 0..<50_000 {
            var headers = HTTPHeaders()
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                headers.add(name: names.randomElement(using: &random) ?? "", value: values.randomElement(using: &random) ?? "")
            }
            let head = NIOHTTP1.HTTPRequestHead(
                version: .init(major: 1, minor: Int.random(in: 0...2, using: &random)),
                method: [.GET, .POST, .RAW(value: "a b"), .CONNECT].randomElement(using: &random) ?? .GET,
                uri: ["/", "", "/%zz", "http://h/"].randomElement(using: &random) ?? "/", headers: headers)
            guard let request = try? HTTP1RequestHead(head) else { continue }
            let lengths = headers["content-length"]
            #expect(lengths.isEmpty || headers["transfer-encoding"].isEmpty, "seed \(seed)")
            #expect(lengths.count <= 1 && headers["host"].count <= 1, "seed \(seed)")
            if case .length(let length) = request.framing { #expect(length == 5, "seed \(seed)") }
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

    @Test func requestIDs() {
        #expect(ConnectionContext.isRequestID("a.b_c-9"))
        #expect(ConnectionContext.isRequestID(String(repeating: "a", count: 64)))
        for text in ["", "a b", "a\n", "\u{e4}", String(repeating: "a", count: 65)] { #expect(!ConnectionContext.isRequestID(text)) }
    }

    @Test func dates() {
        #expect(HTTPDate.text(secondsSinceEpoch: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(secondsSinceEpoch: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test func events() {
        func encoded(_ event: ServerSentEvent) -> String {
            var buffer = ByteBuffer()
            event.encode(into: &buffer)
            return String(buffer: buffer)
        }
        #expect(encoded(.init(data: "x")) == "data: x\n\n")
        #expect(
            encoded(.init(name: "hold", id: "7", data: "a\nb\r\nc\rd\n", retryMilliseconds: 100))
                == "event: hold\nid: 7\nretry: 100\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n")
        #expect(encoded(.init(name: "a\nb", id: "x\0", data: "")) == "data: \n\n")
        var buffer = ByteBuffer()
        ServerSentEvent.encode(comment: "a\nb", into: &buffer)
        #expect(String(buffer: buffer) == ":a b\n\n")
    }

    @Test func randomEventsCanBeReadBack() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", ":", " ", "\n", "\r", "\r\n", "data: ", "id: ", "\u{e4}", "\0"]
        for _ in 0..<5000 {
            let data = (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined()
            var buffer = ByteBuffer()
            ServerSentEvent(name: data, id: data, data: data).encode(into: &buffer)
            let bytes = Array(buffer.readableBytesView)
            // One event, ended by the only empty line, whose data is the text with its line breaks made one kind.
            #expect(
                bytes.suffix(2) == [10, 10] && !bytes.dropLast(2).indices.contains { $0 > 0 && bytes[$0] == 10 && bytes[$0 - 1] == 10 },
                "seed \(seed)")
            let lines = bytes.dropLast(2).split(separator: 10, omittingEmptySubsequences: false).filter { $0.starts(with: "data: ".utf8) }
            let read = lines.map { String(decoding: $0.dropFirst(6), as: UTF8.self) }.joined(separator: "\n")
            var normal: [UInt8] = []
            for byte in data.utf8 {
                if byte == 10, normal.last == 13 { normal.removeLast() } else if normal.last == 13 { normal[normal.count - 1] = 10 }
                normal.append(byte)
            }
            if normal.last == 13 { normal[normal.count - 1] = 10 }
            #expect(Array(read.utf8) == normal, "seed \(seed) \(data.debugDescription)")
        }
    }
}
