import Glibc

/// A `printf` format with exactly one conversion, as `$INT(name,format)` and its siblings take it.
///
/// The rules are HTCondor's (condor_utils/printf_format.cpp); formats that would read memory they should not are refused as well, and so
/// are widths and precisions over 1000.
struct PrintfFormat {
    enum Argument {
        case integer, real, string
    }

    /// `%.16G`, what a real prints as without a format.
    static let real = PrintfFormat(prefix: [], conversion: Array("%.16G".utf8), suffix: [])

    /// What HTCondor's buffer for a number holds.
    private static let numberBytes = 55
    private static let widest = 1000

    private var prefix: [UInt8]
    private var conversion: [UInt8]
    private var suffix: [UInt8]

    private init(prefix: [UInt8], conversion: [UInt8], suffix: [UInt8]) {
        self.prefix = prefix
        self.conversion = conversion
        self.suffix = suffix
    }

    /// nil when the format does not suit the argument.
    init?(_ format: some Collection<UInt8>, for argument: Argument) {
        let format = Array(format)
        var position = 0
        guard let conversion = Self.conversion(in: format, from: &position, for: argument) else { return nil }
        let end = position
        var further = position
        if Self.hasConversion(format, from: &further) { return nil }
        guard let suffix = Self.literal(format[end...]), let prefix = Self.literal(format[..<conversion.lowerBound]) else { return nil }
        self.prefix = prefix
        self.conversion = Array(format[conversion])
        self.suffix = suffix
    }

    func apply(_ number: Int64) -> [UInt8] { Array((prefix + formatted(number) + suffix).prefix(Self.numberBytes)) }

    func apply(_ number: Double) -> [UInt8] { Array((prefix + formatted(number) + suffix).prefix(Self.numberBytes)) }

    func apply(_ string: [UInt8]) -> [UInt8] {
        let piece = (string + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { formatted($0) } ?? []
        }
        return prefix + piece + suffix
    }

    private func formatted(_ argument: some CVarArg) -> [UInt8] {
        let format = (conversion + [0]).map(CChar.init(bitPattern:))
        return withVaList([argument]) { arguments in
            let room = Self.widest * 2 + 400
            var buffer = [CChar](repeating: 0, count: room)
            let needed = Int(vsnprintf(&buffer, room, format, arguments))
            if needed < room { return buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)) }
            return []
        }
    }

    private func formatted(_ string: UnsafePointer<UInt8>) -> [UInt8] {
        let format = (conversion + [0]).map(CChar.init(bitPattern:))
        let length = strlen(string)
        let room = length + Self.widest + 16
        var buffer = [CChar](repeating: 0, count: room)
        return withVaList([OpaquePointer(string)]) { arguments in
            vsnprintf(&buffer, room, format, arguments)
            return buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        }
    }

    /// Text around the conversion; nil if a lone `%` is in it.
    private static func literal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var position = text.startIndex
        while position < text.endIndex {
            if text[position] == UInt8(ascii: "%") {
                position += 1
                guard position < text.endIndex, text[position] == UInt8(ascii: "%") else { return nil }
            }
            result.append(text[position])
            position += 1
        }
        return result
    }

    private static func hasConversion(_ format: [UInt8], from position: inout Int) -> Bool {
        while position < format.count {
            if format[position] == UInt8(ascii: "%") {
                position += 1
                if position < format.count, format[position] != UInt8(ascii: "%") { return true }
            }
            position += 1
        }
        return false
    }

    /// The range of the first conversion, with `position` behind it; nil when it does not suit.
    private static func conversion(in format: [UInt8], from position: inout Int, for argument: Argument) -> Range<Int>? {
        while position < format.count {
            guard format[position] == UInt8(ascii: "%") else {
                position += 1
                continue
            }
            let start = position
            position += 1
            func skip(_ characters: String) {
                while position < format.count, characters.utf8.contains(format[position]) { position += 1 }
            }
            func number() -> Int? {
                var value = 0
                while position < format.count, ASCII.isDigit(format[position]) {
                    value = value * 10 + Int(format[position] - 0x30)
                    if value > widest { return nil }
                    position += 1
                }
                return value
            }
            skip("#0- +'")
            guard number() != nil else { return nil }
            if position < format.count, format[position] == ASCII.dot {
                position += 1
                guard number() != nil else { return nil }
            }
            let lengthStart = position
            skip("hlLqjzt")
            let length = format[lengthStart..<position]
            guard position < format.count else { return nil }
            let letter = format[position]
            position += 1
            if letter == UInt8(ascii: "%") {
                guard position == start + 2 else { return nil }
                continue
            }
            let suits: Bool
            switch argument {
            case .integer:
                suits = "diouxXcCp".utf8.contains(letter) && !length.contains(UInt8(ascii: "L"))
            case .real:
                suits = "eEfFgGaA".utf8.contains(letter) && !length.contains(UInt8(ascii: "L"))
            case .string:
                suits = letter == UInt8(ascii: "s") && length.isEmpty
            }
            return suits ? start..<position : nil
        }
        return nil
    }
}
