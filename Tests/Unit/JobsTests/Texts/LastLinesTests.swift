import NIOCore
import Testing

@testable import Jobs

@Suite struct LastLinesTests {
    @Test func linesAreCountedFromTheEnd() {
        func last(_ count: Int, _ parts: [String]) -> String {
            var lines = LastLines(count)
            for part in parts { lines.add(ByteBuffer(string: part)) }
            return String(decoding: lines.text.readableBytesView, as: UTF8.self)
        }
        #expect(last(2, ["one\ntw", "o\nthree\n"]) == "two\nthree\n")
        #expect(last(2, ["one\ntwo\nthree"]) == "two\nthree")
        #expect(last(9, ["one\n"]) == "one\n")
        #expect(last(1, ["\n\n"]) == "\n")
        #expect(last(0, ["one"]) == "")
        #expect(last(3, []) == "")
    }
}
