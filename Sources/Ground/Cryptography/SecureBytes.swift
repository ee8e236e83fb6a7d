import COpenSSL

/// Secret bytes: overwritten when the last copy is released, compared in constant time, never printed.
package struct SecureBytes: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    /// Owns the memory, which is never written after the initialiser.
    private final class Storage: Sendable {
        nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

        init(_ source: UnsafeRawBufferPointer) {
            bytes = .allocate(byteCount: source.count, alignment: 16)
            bytes.copyMemory(from: source)
        }

        deinit {
            OPENSSL_cleanse(bytes.baseAddress, bytes.count)
            bytes.deallocate()
        }
    }

    package init(_ bytes: some Sequence<UInt8>) {
        let copy = Array(bytes)
        storage = copy.withUnsafeBytes { Storage($0) }
    }

    /// The number of bytes.
    package var count: Int { storage.bytes.count }

    /// Lends the bytes for the duration of the call.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    package static func == (left: SecureBytes, right: SecureBytes) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { isEqualInConstantTime(left, $0) } }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(storage.bytes))
    }

    package var description: String { "SecureBytes(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Whether two buffers hold the same bytes; the time depends on their lengths only.
package func isEqualInConstantTime(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    left.count == right.count && (left.isEmpty || CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0)
}

/// Whether two arrays hold the same bytes; the time depends on their lengths only.
package func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { isEqualInConstantTime(left, $0) } }
}
