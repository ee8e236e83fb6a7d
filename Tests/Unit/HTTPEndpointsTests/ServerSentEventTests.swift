import NIOCore
import SeededGeneration
import Testing

@testable import HTTPEndpoints

@Suite struct ServerSentEventTests {
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
