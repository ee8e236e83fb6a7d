import Testing

@testable import Cedar

@Suite struct SessionKeyTests {
    @Test func doesNotPrintItself() throws {
        let key = try #require(SessionKey(bytes: Array(100..<132)))
        var text = "\(key) \(String(reflecting: key))"
        dump(key, to: &text)
        #expect(!text.contains("100, 101") && !text.contains("131"))
    }
}
