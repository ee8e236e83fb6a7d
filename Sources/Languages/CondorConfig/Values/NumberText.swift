/// Numbers in configuration values: plain, or as ClassAd expressions.
enum NumberText {
    /// The integer at the start of the text, as C's `strtol` reads it; nil when there is none. Too large a number is the largest there is.
    static func leadingInteger(_ text: some Collection<UInt8>) -> Int64? { parsedInteger(text)?.value }

    /// An integer with nothing but white space around it, or an expression with an integer, real (cut off) or boolean value.
    static func integer(_ text: [UInt8]) -> Int64? {
        if let number = parsedInteger(text), text[number.end...].allSatisfy(ASCII.isSpace) { return number.value }
        return ExpressionText.integer(text)
    }

    /// A decimal number with nothing but white space around it, or an expression with a numeric or boolean value.
    static func real(_ text: [UInt8]) -> Double? {
        if let number = Double(String(decoding: ASCII.trimmed(text[...]), as: UTF8.self)) { return number }
        return ExpressionText.real(text)
    }

    private static func parsedInteger(_ text: some Collection<UInt8>) -> (value: Int64, end: Int)? {
        let text = Array(text)
        var position = 0
        while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
        var negative = false
        if position < text.count, text[position] == ASCII.plus || text[position] == UInt8(ascii: "-") {
            negative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        guard position < text.count, ASCII.isDigit(text[position]) else { return nil }
        var value: Int64 = 0
        var overflow = false
        while position < text.count, ASCII.isDigit(text[position]) {
            let digit = Int64(text[position] - 0x30)
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooFar) = negative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            overflow = overflow || tooLarge || tooFar
            value = sum
            position += 1
        }
        return (overflow ? (negative ? .min : .max) : value, position)
    }
}
