/// Character classes of the C locale, on bytes.
extension UInt8 {
    @inline(__always) var isASCIIDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isASCIIOctalDigit: Bool { self &- 0x30 < 8 }
    @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isASCIIHexDigit: Bool { isASCIIDigit || (self | 0x20) &- 0x61 < 6 }
    /// What C's `isspace` accepts.
    @inline(__always) var isASCIISpace: Bool { self == 0x20 || self &- 0x09 < 5 }
    @inline(__always) var isNameStart: Bool { isASCIILetter || self == 0x5F }
    @inline(__always) var isNameByte: Bool { isASCIILetter || isASCIIDigit || self == 0x5F }
    @inline(__always) var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
    @inline(__always) var asciiUppercased: UInt8 { self &- 0x61 < 26 ? self & 0xDF : self }
}

/// Attribute and function names: equal if they differ only in the case of ASCII letters.
enum AttributeName {
    @inline(__always)
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes {
            hash = (hash ^ UInt32(byte.asciiLowercased)) &* 0x0100_0193
        }
        return hash
    }

    static func hash(_ name: String) -> UInt32 {
        var copy = name
        return copy.withUTF8 { hash($0) }
    }

    @inline(__always)
    static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for i in 0..<a.count where a[i] != b[i] && a[i].asciiLowercased != b[i].asciiLowercased {
            return false
        }
        return true
    }

    static func equal(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        if a == b { return true }
        var left = a
        var right = b
        return left.withUTF8 { left in right.withUTF8 { equal(left, $0) } }
    }

    /// The order in which HTCondor keeps attributes: shorter names first, then as `strcasecmp` says.
    static func precedes(_ a: String, _ b: String) -> Bool {
        a.withClassAdBytes { a in
            b.withClassAdBytes { b in
                if a.count != b.count { return a.count < b.count }
                return compareIgnoringCase(a, b) < 0
            }
        }
    }

    /// C's `strcasecmp`: the difference of the first bytes that differ.
    static func compareIgnoringCase(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = Swift.min(a.count, b.count)
        for i in 0..<shared {
            let left = a[i].asciiLowercased
            let right = b[i].asciiLowercased
            if left != right { return Int(left) - Int(right) }
        }
        return a.count - b.count
    }
}
