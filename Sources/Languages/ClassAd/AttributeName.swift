import Text

/// Attribute and function names, which ignore the case of ASCII letters.
enum AttributeName {
    /// Whether a name can start with the byte, which must be a letter or an underscore.
    @inline(__always) static func startsName(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || byte == 0x5F }

    @inline(__always)
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes {
            hash = (hash ^ UInt32(ASCII.lowercased(byte))) &* 0x0100_0193
        }
        return hash
    }

    static func hash(_ name: String) -> UInt32 {
        var copy = name
        return copy.withUTF8 { hash($0) }
    }

    @inline(__always)
    static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool { ASCII.equalIgnoringCase(a, b) }

    static func equal(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        if a == b { return true }
        var left = a
        var right = b
        return left.withUTF8 { left in right.withUTF8 { equal(left, $0) } }
    }

    /// HTCondor's order of attributes: shorter names first, then as by `strcasecmp`.
    static func precedes(_ a: String, _ b: String) -> Bool {
        a.withClassAdBytes { a in
            b.withClassAdBytes { b in
                if a.count != b.count { return a.count < b.count }
                return ASCII.compareIgnoringCase(a, b) < 0
            }
        }
    }
}
