import COpenSSL

/// Random bytes from the cryptographic generator.
package enum RandomBytes {
    /// `count` fresh bytes. The system's generator is used if the library fails.
    package static func make(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if RAND_bytes(buffer.baseAddress, Int32(clamping: count)) != 1 { fillFromSystem(UnsafeMutableRawBufferPointer(buffer)) }
            initialized = count
        }
    }

    private static func fillFromSystem(_ buffer: UnsafeMutableRawBufferPointer) {
        var filled = 0
        while filled < buffer.count {
            let got = getrandom(buffer.baseAddress?.advanced(by: filled), buffer.count - filled, 0)
            // The kernel's generator never fails once it is seeded. Interrupted calls are repeated.
            if got > 0 { filled += got }
        }
    }
}
