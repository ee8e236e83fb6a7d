/// Builds the plaintext of one message.
///
/// Strings have two forms: a NUL at the end in clear, and a length before that on an encrypted connection. Which one applies is fixed when
/// the encoder is made, so make it after the connection was encrypted.
package struct MessageEncoder: Sendable {
    /// True when the message goes over an encrypted connection.
    package let encrypted: Bool
    /// The message so far.
    package private(set) var bytes: [UInt8] = []

    /// The byte that stands for a missing string.
    static let nullString: UInt8 = 0xAD

    package init(encrypted: Bool) {
        self.encrypted = encrypted
    }

    package mutating func reserveCapacity(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Any integer, a truth value as 0 or 1, a time: eight bytes, big-endian. Values beyond 64 bits are cut.
    package mutating func write(integer value: some BinaryInteger) {
        let number = UInt64(truncatingIfNeeded: value).bigEndian
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    /// A single byte.
    package mutating func write(byte: UInt8) {
        bytes.append(byte)
    }

    /// Bytes without a length.
    package mutating func write(bytes more: some Sequence<UInt8>) {
        bytes.append(contentsOf: more)
    }

    /// A string. A NUL in it ends it, as with every sender written in C; the caller refuses such text where that matters.
    package mutating func write(string: String) {
        var string = string
        string.withUTF8 { write(string: UnsafeRawBufferPointer($0)) }
    }

    /// A string given by its bytes, which need not be UTF-8. See ``write(string:)-(String)`` for NUL.
    package mutating func write(string text: UnsafeRawBufferPointer) {
        let end = text.firstIndex(of: 0) ?? text.endIndex
        if encrypted { write(integer: end + 1) }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[..<end]))
        bytes.append(0)
    }

    /// A missing string. Ordinary senders write an empty one instead.
    package mutating func writeNullString() {
        if encrypted { write(integer: 1) }
        bytes.append(Self.nullString)
    }

    /// A floating-point number: two integers, `frac` = m · 2147483647 without its fraction and `exp`, where the value is m · 2^exp with
    /// 0.5 ≤ |m| < 1. Keeps 31 bits. A value that is not finite is written as 0.
    package mutating func write(double value: Double) {
        guard value.isFinite, value != 0 else {
            write(integer: 0)
            write(integer: 0)
            return
        }
        let magnitude = value.significand / 2
        let fraction = Int64((magnitude * 2_147_483_647).rounded(.towardZero))
        write(integer: value < 0 ? -fraction : fraction)
        write(integer: Int64(value.exponent) + 1)
    }
}
