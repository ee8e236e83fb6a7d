#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A `printf` format with one conversion, as the functions `$INT`, `$REAL` and `$STRING` take it (condor_utils/printf_format.cpp).
struct PrintfFormat: Sendable {
    enum Kind: Sendable {
        case integer
        case real
        case string
    }

    /// Width and precision beyond this are refused.
    private static let widest = 4096

    static let shortestReal = PrintfFormat(before: [], flags: [], width: nil, precision: 16, letter: UInt8(ascii: "G"), bits: 64, after: [])

    private var before: Bytes
    private var flags: Bytes
    private var width: Int?
    private var precision: Int?
    private var letter: UInt8
    /// Size of the integer the conversion looks at.
    private var bits: Int
    private var after: Bytes

    private init(before: Bytes, flags: Bytes, width: Int?, precision: Int?, letter: UInt8, bits: Int, after: Bytes) {
        self.before = before
        self.flags = flags
        self.width = width
        self.precision = precision
        self.letter = letter
        self.bits = bits
        self.after = after
    }

    /// nil unless `text` has exactly one conversion, and one that suits the kind.
    init?(_ text: Bytes, for kind: Kind) {
        self.init(before: [], flags: [], width: nil, precision: nil, letter: 0, bits: 32, after: [])
        var position = 0
        var current = Bytes()
        while position < text.count {
            guard text[position] == UInt8(ascii: "%") else {
                current.append(text[position])
                position += 1
                continue
            }
            position += 1
            if position < text.count, text[position] == UInt8(ascii: "%") {
                current.append(UInt8(ascii: "%"))
                position += 1
                continue
            }
            guard letter == 0, parseConversion(text, &position) else { return nil }
            before = current
            current = []
        }
        after = current
        let integers = Set("dioxXuc".utf8)
        let suits =
            switch kind {
            case .integer: integers.contains(letter)
            case .real: Set("eEfFgGaA".utf8).contains(letter)
            case .string: letter == UInt8(ascii: "s")
            }
        guard suits else { return nil }
    }

    /// Reads what follows a `%`.
    private mutating func parseConversion(_ text: Bytes, _ position: inout Int) -> Bool {
        func number() -> Int? {
            var value: Int?
            while position < text.count, ASCII.isDigit(text[position]) {
                value = min(Self.widest + 1, (value ?? 0) * 10 + Int(text[position] - 0x30))
                position += 1
            }
            return value
        }
        while position < text.count, Set("#0- +'".utf8).contains(text[position]) {
            if text[position] != ASCII.apostrophe, !flags.contains(text[position]) { flags.append(text[position]) }
            position += 1
        }
        width = number()
        if position < text.count, text[position] == ASCII.dot {
            position += 1
            precision = number() ?? 0
        }
        while position < text.count, Set("hlLqjzt".utf8).contains(text[position]) {
            bits = text[position] == UInt8(ascii: "h") ? max(8, bits / 2) : 64
            position += 1
        }
        guard position < text.count, (width ?? 0) <= Self.widest, (precision ?? 0) <= Self.widest else { return false }
        letter = text[position]
        position += 1
        return true
    }

    private func specification(_ length: String) -> String {
        "%" + ASCII.string(flags) + (width.map(String.init) ?? "") + (precision.map { ".\($0)" } ?? "") + length + ASCII.string([letter])
    }

    func formatted(_ value: Int64, limit: Int) -> Bytes {
        let truncated: Int64
        switch bits {
        case 8: truncated = signed ? Int64(Int8(truncatingIfNeeded: value)) : Int64(UInt8(truncatingIfNeeded: value))
        case 16: truncated = signed ? Int64(Int16(truncatingIfNeeded: value)) : Int64(UInt16(truncatingIfNeeded: value))
        case 32: truncated = signed ? Int64(Int32(truncatingIfNeeded: value)) : Int64(UInt32(truncatingIfNeeded: value))
        default: truncated = value
        }
        if letter == UInt8(ascii: "c") { return limited(before + [UInt8(truncatingIfNeeded: value)] + after, limit) }
        return limited(before + print(specification("ll"), truncated) + after, limit)
    }

    func formatted(_ value: Double, limit: Int) -> Bytes {
        limited(before + print(specification(""), value) + after, limit)
    }

    func formatted(_ value: Bytes) -> Bytes {
        var text = precision.map { Bytes(value.prefix($0)) } ?? value
        if let width, text.count < width {
            let padding = Bytes(repeating: 0x20, count: width - text.count)
            text = flags.contains(UInt8(ascii: "-")) ? text + padding : padding + text
        }
        return before + text + after
    }

    private var signed: Bool { letter == UInt8(ascii: "d") || letter == UInt8(ascii: "i") }

    private func limited(_ bytes: Bytes, _ limit: Int) -> Bytes { bytes.count <= limit ? bytes : Bytes(bytes.prefix(limit)) }

    private func print(_ specification: String, _ argument: any CVarArg) -> Bytes {
        withVaList([argument]) { arguments in
            var buffer = [CChar](repeating: 0, count: 2 * Self.widest + 512)
            let length = vsnprintf(&buffer, buffer.count, specification, arguments)
            return buffer.prefix(min(max(0, Int(length)), buffer.count - 1)).map { UInt8(bitPattern: $0) }
        }
    }
}
