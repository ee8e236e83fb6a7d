import Crypto

/// The 32-byte AES key of a connection or session. Never prints itself; compares in constant time.
public struct SessionKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let symmetric: SymmetricKey

    /// Length of every key in bytes (AES-256).
    public static let byteCount = 32

    /// Takes 32 bytes; nil for any other number.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        symmetric = SymmetricKey(data: bytes)
    }

    init(_ symmetric: SymmetricKey) {
        self.symmetric = symmetric
    }

    public var description: String { "SessionKey(hidden)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Random bytes from the cryptographic generator of the system.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
