/// What a `$…(` in a value calls.
enum MacroFunction: Sendable, Hashable {
    /// `$(name)` or `$(name:default)`.
    case reference
    /// `$$(name)` or `$$([expression])`: left for the matched machine.
    case matched
    case environment
    case randomChoice
    case randomInteger
    case choice
    case substring
    case integer
    case real
    case string
    case evaluate
    case baseName
    case directoryName
    case fileName
}

/// One macro inside a value: `left$FUNC(body)right`.
struct MacroMatch: Sendable {
    var function: MacroFunction
    /// Offset of the `$`.
    var dollar: Int
    /// The bytes between the parentheses.
    var body: Range<Int>
    /// Offset behind the closing parenthesis.
    var end: Int { body.upperBound + 1 }
    /// The letters between `$` and `(`.
    var letters: Range<Int> { dollar + 1..<body.lowerBound - 1 }
}

/// Finds macros in values, with HTCondor 25.14's rules for what a macro may look like (condor_utils/config.cpp, `next_config_macro`).
enum MacroScanner {
    /// The functions with a fixed name.
    private static let functions: [(name: String, function: MacroFunction)] = [
        ("ENV", .environment), ("RANDOM_CHOICE", .randomChoice), ("RANDOM_INTEGER", .randomInteger), ("CHOICE", .choice),
        ("SUBSTR", .substring), ("INT", .integer), ("REAL", .real), ("STRING", .string), ("EVAL", .evaluate),
        ("BASENAME", .baseName), ("DIRNAME", .directoryName),
    ]
    private static let named = functions.map { (name: Bytes($0.name.utf8), function: $0.function) }

    static let dollarName = Bytes("DOLLAR".utf8)

    /// Bytes that may stand in a default (`$(name:default)`) besides those of names.
    private static let defaultBytes = Set("$ ,\\:".utf8)
    private static let filePartLetters = Set("pnxdqabfwu".utf8)

    /// The first macro at or behind `start` that `accept` takes.
    ///
    /// - Parameter work: bytes that may still be looked at; below zero, the search was given up.
    static func next(
        in value: Bytes, from start: Int = 0, matchedToo: Bool = false, work: inout Int, accept: (MacroMatch) -> Bool
    ) -> MacroMatch? {
        value.withUnsafeBufferPointer { next(in: $0, from: start, matchedToo: matchedToo, &work, accept: accept) }
    }

    private static func next(
        in value: UnsafeBufferPointer<UInt8>, from start: Int, matchedToo: Bool, _ work: inout Int, accept: (MacroMatch) -> Bool
    ) -> MacroMatch? {
        let count = value.count
        work -= count - start
        var position = start
        while true {
            while position < count, value[position] != ASCII.dollar { position += 1 }
            guard position < count else { return nil }
            let dollar = position
            var letter = dollar + 1
            if letter < count, value[letter] == ASCII.dollar { letter += 1 }
            while letter < count, ASCII.isAlphanumeric(value[letter]) || value[letter] == UInt8(ascii: "_") { letter += 1 }
            guard letter < count, value[letter] == ASCII.open,
                let function = function(named: value[(dollar + 1)..<letter], matchedToo: matchedToo)
            else {
                position = letter
                continue
            }
            let bodyStart = letter + 1
            var reached = bodyStart
            let found = endOfBody(in: value, &reached, of: function)
            work -= reached - bodyStart
            guard work >= 0 else { return nil }
            guard let bodyEnd = found else {
                position = bodyStart
                continue
            }
            let match = MacroMatch(function: function, dollar: dollar, body: bodyStart..<bodyEnd)
            if accept(match) { return match }
            position = bodyEnd
        }
    }

    private static func function(named letters: Slice<UnsafeBufferPointer<UInt8>>, matchedToo: Bool) -> MacroFunction? {
        guard let first = letters.first else { return .reference }
        if first == ASCII.dollar { return matchedToo && letters.count == 1 ? .matched : nil }
        if first == UInt8(ascii: "F"), letters.dropFirst().allSatisfy({ filePartLetters.contains($0 | 0x20) }) { return .fileName }
        return named.first { $0.name.elementsEqual(letters) }?.function
    }

    /// Offset of the closing parenthesis; nil if there is none, or if a byte stands before it that may not.
    ///
    /// - Parameter position: where the body starts; then how far it was looked at.
    private static func endOfBody(in value: UnsafeBufferPointer<UInt8>, _ position: inout Int, of function: MacroFunction) -> Int? {
        let start = position
        let count = value.count
        switch function {
        case .matched where start < count && value[start] == UInt8(ascii: "["):
            while position + 1 < count {
                if value[position] == UInt8(ascii: "]"), value[position + 1] == ASCII.close { return position + 1 }
                position += 1
            }
            return nil
        case .reference, .environment, .matched:
            var inDefault = false
            while position < count, value[position] != ASCII.close {
                let byte = value[position]
                position += 1
                if byte == ASCII.colon, !inDefault {
                    inDefault = true
                    continue
                }
                if inDefault {
                    if byte == ASCII.open, let close = value[position...].firstIndex(of: ASCII.close) {
                        position = close + 1
                        continue
                    }
                    if defaultBytes.contains(byte) { continue }
                }
                guard ASCII.isNameByte(byte) else { return nil }
            }
            return position < count ? position : nil
        default:
            while position < count, value[position] != ASCII.close { position += 1 }
            return position < count ? position : nil
        }
    }
}
