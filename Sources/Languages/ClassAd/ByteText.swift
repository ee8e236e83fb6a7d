import Glibc
import Text

/// HTCondor's strings are bytes without an encoding, while Swift's are UTF-8. A byte that is not part of valid UTF-8 is represented in a `String`
/// by one scalar of U+10FF80…U+10FFFF (byte 0x80…0xFF), so that bytes pass through `String` unchanged. The UTF-8 form of these scalars themselves
/// counts as invalid, so the mapping has an inverse.
extension String {
    /// Decodes `bytes`, which need not be UTF-8.
    init(classAdBytes bytes: UnsafeBufferPointer<UInt8>) {
        if !bytes.mayHoldCarriedByte, let text = String(validating: bytes, as: UTF8.self) {
            self = text
        } else {
            self = String.carrying(bytes)
        }
    }

    init(classAdBytes bytes: [UInt8]) {
        self = bytes.withUnsafeBufferPointer { String(classAdBytes: $0) }
    }

    /// Calls `body` with the bytes that this text represents.
    @inline(__always)
    package func withClassAdBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { bytes in
            if bytes.mayHoldCarriedByte {
                return bytes.withoutCarriers().withUnsafeBufferPointer(body)
            }
            return body(bytes)
        }
    }

    /// The number of bytes that this text represents.
    var classAdByteCount: Int { withClassAdBytes { $0.count } }

    private static func carrying(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        var i = 0
        while i < bytes.count {
            let length = bytes.scalarLength(at: i)
            if length > 0 {
                result.append(contentsOf: bytes[i..<i + length])
                i += length
            } else {
                let low = bytes[i] & 0x7F
                result.append(contentsOf: [0xF4, 0x8F, low < 0x40 ? 0xBE : 0xBF, 0x80 | (low & 0x3F)])
                i += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the text contains a byte 0xF4, with which a represented byte starts.
    @inline(__always)
    fileprivate var mayHoldCarriedByte: Bool {
        guard count > 0, let baseAddress else { return false }
        return memchr(baseAddress, 0xF4, count) != nil
    }

    /// The bytes, with the special scalars replaced by the bytes that they represent.
    fileprivate func withoutCarriers() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var i = 0
        while i < count {
            if i + 3 < count, self[i] == 0xF4, self[i + 1] == 0x8F, self[i + 2] >= 0xBE {
                result.append(0x80 | ((self[i + 2] & 1) << 6) | (self[i + 3] & 0x3F))
                i += 4
            } else {
                result.append(self[i])
                i += 1
            }
        }
        return result
    }

    /// The length of the valid UTF-8 scalar at `index`; 0 if there is none, or if it is one of the special scalars.
    fileprivate func scalarLength(at index: Int) -> Int {
        let length = UTF8Scan.scalarLength(self, at: index)
        return length == 4 && self[index] == 0xF4 && self[index + 1] == 0x8F && self[index + 2] >= 0xBE ? 0 : length
    }
}
