import Glibc

/// Numbers written with decimal digits.
package enum DecimalNumber {
    /// What C's `strtod` makes of a text that is a number: the nearest double, an infinity beyond the range, 0 below it.
    package static func double(_ digits: UnsafeBufferPointer<UInt8>) -> Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: digits.count + 1) { buffer in
            for i in 0..<digits.count { buffer[i] = CChar(bitPattern: digits[i]) }
            buffer[digits.count] = 0
            guard let start = buffer.baseAddress else { return 0 }
            return strtod(start, nil)
        }
    }
}
