import Glibc
import Text

/// Numbers in macro values: plain, or as ClassAd expressions.
package enum NumberText {
    /// The integer at the start of the text, as read by C's `strtol`; nil without a digit. Numbers beyond 64 bits become the nearest integer.
    package static func leadingInteger(_ text: some Collection<UInt8>) -> Int64? { scanInteger(text)?.value }

    /// Like `leadingInteger`, with the number of bytes read.
    package static func scanInteger(_ text: some Collection<UInt8>) -> (value: Int64, length: Int)? {
        var position = text.startIndex
        var length = 0
        func current() -> UInt8? { position < text.endIndex ? text[position] : nil }
        func advance() {
            position = text.index(after: position)
            length += 1
        }
        while let byte = current(), ASCII.isSpace(byte) { advance() }
        var isNegative = false
        if let sign = current(), sign == ASCII.plus || sign == UInt8(ascii: "-") {
            isNegative = sign == UInt8(ascii: "-")
            advance()
        }
        guard let first = current(), ASCII.isDigit(first) else { return nil }
        var value: Int64 = 0
        var isBeyond = false
        while let byte = current(), ASCII.isDigit(byte) {
            let digit = Int64(byte - 0x30)
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooFar) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            isBeyond = isBeyond || tooLarge || tooFar
            value = sum
            advance()
        }
        return (isBeyond ? (isNegative ? .min : .max) : value, length)
    }

    /// An integer surrounded only by white space, or an expression with an integer, real (truncated) or boolean value (`string_is_long_param`).
    ///
    /// - Parameter truncatesAsC: see `ExpressionText.integer`.
    package static func integer(_ text: [UInt8], truncatesAsC: Bool = false) -> Int64? {
        if let (value, length) = scanInteger(text), text[length...].allSatisfy(ASCII.isSpace) { return value }
        return ExpressionText.integer(text, truncatesAsC: truncatesAsC)
    }

    /// A number surrounded only by white space, or an expression with a numeric or boolean value (`string_is_double_param`).
    package static func real(_ text: [UInt8]) -> Double? {
        if let (value, length) = scanReal(text), text[length...].allSatisfy(ASCII.isSpace) { return value }
        return ExpressionText.real(text)
    }

    /// The number at the start of the text, as read by C's `strtod`, with the number of bytes read; nil if the text does not begin with a number.
    package static func scanReal(_ text: [UInt8]) -> (value: Double, length: Int)? {
        let terminated = text.map(CChar.init(bitPattern:)) + [0]
        return terminated.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            guard let end, end != start else { return nil }
            return (value, UnsafePointer(end) - start)
        }
    }
}
