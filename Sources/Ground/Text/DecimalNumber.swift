import Glibc

/// Numbers written with decimal digits.
package enum DecimalNumber {
    /// Converts a text that is a number like C's `strtod`: to the nearest double, to infinity above the range, to 0 below it.
    package static func double(_ digits: UnsafeBufferPointer<UInt8>) -> Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: digits.count + 1) { buffer in
            for i in 0..<digits.count { buffer[i] = CChar(bitPattern: digits[i]) }
            buffer[digits.count] = 0
            guard let start = buffer.baseAddress else { return 0 }
            return strtod(start, nil)
        }
    }
}
