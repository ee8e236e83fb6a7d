/// An `Idempotency-Key`: it identifies repetitions of one submission.
package struct IdempotencyKey: Sendable, Hashable {
    package let text: String

    /// 1 to 128 visible ASCII characters.
    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.text = text
    }
}
