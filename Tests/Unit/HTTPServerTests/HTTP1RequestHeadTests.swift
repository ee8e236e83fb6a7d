import HTTPTypes
import NIOHTTP1
import SeededGeneration
import Testing

@testable import HTTPServer

@Suite struct HTTP1RequestHeadTests {
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

    @Test func requestIDs() {
        #expect(ConnectionContext.isRequestID("a.b_c-9"))
        #expect(ConnectionContext.isRequestID(String(repeating: "a", count: 64)))
        for text in ["", "a b", "a\n", "\u{e4}", String(repeating: "a", count: 65)] { #expect(!ConnectionContext.isRequestID(text)) }
    }

    @Test func randomTextIsRarelyARequestID() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("/?#%&=+.:@azAZ09 ;,*\"q\u{e4}\u{0}\r\n\t[]-".unicodeScalars)
        let allowed = Set("azAZ09.q-".unicodeScalars)
        for _ in 0..<50_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            #expect(ConnectionContext.isRequestID(text) == (!text.isEmpty && text.unicodeScalars.allSatisfy(allowed.contains)), "seed \(seed)")
        }
    }

    @Test func dates() {
        #expect(HTTPDate.text(secondsSinceEpoch: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(secondsSinceEpoch: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
