import NIOCore
import Testing

@testable import Gateway

@Suite struct TextPiecesTests {
    /// Whatever the pieces are, the text is that of the whole, also where it is no UTF-8.
    @Test(arguments: ["plain", "a\u{E4}b\u{20AC}c\u{1F600}", "\u{1F600}\u{1F600}"])
    func charactersAreNotCut(text: String) {
        for bytes in [Array(text.utf8), Array(text.utf8) + [0xE2, 0x82], [0xFF, 0x80] + Array(text.utf8)] {
            for size in 1...bytes.count {
                var pieces = TextPieces()
                var found = ""
                for start in stride(from: 0, to: bytes.count, by: size) {
                    found += pieces.add(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                }
                #expect(found + pieces.end() == String(decoding: bytes, as: UTF8.self), "pieces of \(size)")
            }
        }
    }
}
