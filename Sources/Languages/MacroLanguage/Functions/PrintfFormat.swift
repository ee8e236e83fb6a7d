import Glibc
import Text

/// A `printf` format with exactly one conversion, for `$INT(name,format)`, `$REAL` and `$STRING` (HTCondor 25.14, condor_utils/printf_format.cpp).
///
/// Like HTCondor, this leaves the formatting to the C library, except where the library would read foreign memory.
struct PrintfFormat {
    enum Argument {
        case integer, real, string
    }

    /// `%.16G`, the format of a real without an explicit one.
    static let real = PrintfFormat(precision: 16, letter: UInt8(ascii: "G"), addsPoint: false)

    /// The size in bytes of the buffer in HTCondor's first expander.
    private static let cutBytes = 55
    /// The longest result in bytes, which is the limit for texts with macros.
    private static let longestResult = 4 << 20
    /// Space for a number in addition to its precision. The largest number has 309 digits.
    private static let numberRoom = 400
    /// From this value on, width and precision overflow in the C library, which then prints nothing.
    private static let overflow = Int(Int32.max) + 1

    private var prefix: [UInt8] = []
    private var flags: [UInt8] = []
    private var width: Int?
    private var precision: Int?
    private var lengths: [UInt8] = []
    private var letter: UInt8
    private var suffix: [UInt8] = []
    /// Whether a real without a decimal point gets `.0`.
    private var addsPoint = true

    private init(precision: Int?, letter: UInt8, addsPoint: Bool) {
        self.precision = precision
        self.letter = letter
        self.addsPoint = addsPoint
    }

    /// Nil if the format does not suit the argument.
    init?(_ format: some Collection<UInt8>, for argument: Argument) {
        let format = Array(format)
        var position = 0
        var literal: [UInt8] = []
        var found: PrintfFormat?
        while position < format.count {
            guard format[position] == UInt8(ascii: "%") else {
                literal.append(format[position])
                position += 1
                continue
            }
            let start = position
            let conversion = Self.conversion(format, &position)
            if conversion?.letter == UInt8(ascii: "%") {
                literal.append(UInt8(ascii: "%"))
            } else if let conversion, Self.letters.contains(conversion.letter) {
                guard found == nil else { return nil }
                found = conversion
                found?.prefix = literal
                literal = []
            } else {
                // After a valid conversion, a conversion without a letter is dropped, and one with an unknown letter is left unchanged.
                guard found != nil else { return nil }
                if conversion != nil { literal += format[start..<position] }
            }
        }
        guard var found, Self.letters(for: argument).contains(found.letter) else { return nil }
        found.suffix = literal
        self = found
    }

    /// The letters that HTCondor accepts.
    private static let letters = Set("diouxXeEfFgGaAcCsSpnVvrRTY".utf8)

    private static func letters(for argument: Argument) -> Set<UInt8> {
        switch argument {
        case .integer: Set("diouxXcCp".utf8)
        case .real: Set("eEfFgGaA".utf8)
        case .string: Set("sS".utf8)
        }
    }

    /// The conversion at the `%` at `position`, which is advanced past it; nil if the format ends before the letter.
    private static func conversion(_ format: [UInt8], _ position: inout Int) -> PrintfFormat? {
        position += 1
        func take(_ characters: StaticString) -> [UInt8] {
            let start = position
            while position < format.count, characters.withUTF8Buffer({ $0.contains(format[position]) }) { position += 1 }
            return Array(format[start..<position])
        }
        func number() -> Int? { take("0123456789").reduce(nil) { min(overflow, ($0 ?? 0) * 10 + Int($1 - 0x30)) } }
        var result = PrintfFormat(precision: nil, letter: 0, addsPoint: true)
        result.flags = take("#0- +'")
        result.width = number()
        if position < format.count, format[position] == ASCII.dot {
            position += 1
            result.precision = number() ?? 0
        }
        result.lengths = take("hlLqjzt")
        guard position < format.count else { return nil }
        result.letter = format[position]
        position += 1
        return result
    }

    // MARK: Printing

    /// Nil if the result would be longer than 4 MiB.
    func apply(_ number: Int64) -> [UInt8]? { print(number, lengths) }

    /// Nil if the result would be longer than 4 MiB.
    func apply(_ number: Double) -> [UInt8]? { print(number, []).map(withPoint) }

    /// Nil if the result would be longer than 4 MiB.
    func apply(_ string: [UInt8]) -> [UInt8]? {
        // HTCondor passes bytes where the C library expects wide characters. The result is empty.
        if letter == UInt8(ascii: "S") || lengths.contains(where: { $0 != UInt8(ascii: "h") }) { return [] }
        let text = precision.map { string.prefix($0) } ?? string[...]
        guard (width ?? 0) <= Self.longestResult, text.count <= Self.longestResult else { return nil }
        let padding = [UInt8](repeating: 0x20, count: max(0, (width ?? 0) - text.count))
        let isLeft = flags.contains(UInt8(ascii: "-"))
        return prefix + (isLeft ? text + padding : padding + text) + suffix
    }

    /// The part of the result that fits the buffer of HTCondor's first expander.
    func applyCut(_ number: Int64) -> [UInt8] { Array((withVisibleWidth.print(number, lengths) ?? []).prefix(Self.cutBytes)) }

    /// The part of the result that fits the buffer of HTCondor's first expander, possibly followed by `.0`.
    func applyCut(_ number: Double) -> [UInt8] { withPoint(Array((withVisibleWidth.print(number, []) ?? []).prefix(Self.cutBytes))) }

    private func withPoint(_ text: [UInt8]) -> [UInt8] { addsPoint && !text.contains(ASCII.dot) ? text + Array(".0".utf8) : text }

    /// The format with a smaller width and precision, to save memory. The bytes that are not cut off stay the same.
    private var withVisibleWidth: PrintfFormat {
        let (longestPrecision, greatestWidth) = (2_000, 4_000)
        guard (width ?? 0) < Self.overflow, (precision ?? 0) < Self.overflow else { return self }
        var result = self
        let excess = max(0, (precision ?? 0) - longestPrecision)
        result.precision = precision.map { min($0, longestPrecision) }
        // For these, the precision does not add digits.
        let isShort = "cC".utf8.contains(letter) || ("gG".utf8.contains(letter) && !flags.contains(ASCII.hash))
        result.width = width.map { min(max(0, isShort ? $0 : $0 - excess), greatestWidth) }
        return result
    }

    private func print(_ argument: some CVarArg, _ lengths: [UInt8]) -> [UInt8]? {
        guard (width ?? 0) < Self.overflow, (precision ?? 0) < Self.overflow else { return [] }
        let room = max(width ?? 0, precision ?? 0) + Self.numberRoom
        guard room <= Self.longestResult else { return nil }
        var text = [UInt8(ascii: "%")] + flags
        if let width, width > 0 { text += "\(width)".utf8 }
        if let precision { text += ".\(precision)".utf8 }
        text += lengths + [letter, 0]
        let format = text.map(CChar.init(bitPattern:))
        let piece: [UInt8]? = withVaList([argument]) { arguments in
            var buffer = [CChar](repeating: 0, count: room)
            guard vsnprintf(&buffer, room, format, arguments) >= 0 else { return nil }
            return buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        }
        guard let piece else { return [] }
        // A NUL printed by `%c` ends the text.
        let isEnded = "cC".utf8.contains(letter) && piece.allSatisfy { $0 == 0x20 } && piece.count < max(1, width ?? 1)
        return prefix + piece + (isEnded ? [] : suffix)
    }
}
