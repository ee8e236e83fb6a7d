/// Conditions of `if` and `elif` (condor_utils/config.cpp, `Evaluate_config_if`).
enum Condition {
    struct Invalid: Error {
        var reason: String
    }

    private enum Kind {
        case empty
        case number
        case boolean
        case identifier
        case version
        case definition
        case complex
        case other
    }

    private struct Classes: OptionSet {
        let rawValue: Int
        static let space = Classes(rawValue: 0x01)
        static let digit = Classes(rawValue: 0x02)
        static let alpha = Classes(rawValue: 0x04)
        static let identifier = Classes(rawValue: 0x08)
        static let comparison = Classes(rawValue: 0x10)
        static let sum = Classes(rawValue: 0x20)
        static let logic = Classes(rawValue: 0x40)
        static let group = Classes(rawValue: 0x80)
        static let money = Classes(rawValue: 0x100)
        static let colon = Classes(rawValue: 0x200)
        static let other = Classes(rawValue: 0x400)
        static let float = Classes(rawValue: 0x1000)
        static let macro = Classes(rawValue: 0x2000)
    }

    /// - Parameters:
    ///   - expression: the text behind the keyword, not yet expanded.
    ///   - version: the HTCondor version that `version >= …` compares with.
    static func evaluate(_ expression: Bytes, in context: MacroContext, version: (Int, Int, Int)) throws -> Bool {
        var text = expression
        let hasMacro = text.contains(ASCII.dollar)
        if hasMacro {
            text = try context.expand(text)
            while let last = text.last, ASCII.isSpace(last) { text.removeLast() }
        }
        var rest = text.drop(while: ASCII.isSpace)
        var isInverted = false
        if rest.first == UInt8(ascii: "!") {
            isInverted = true
            rest = rest.dropFirst().drop(while: ASCII.isSpace)
        }
        if hasMacro, rest.isEmpty { return isInverted }
        return try isTrue(Bytes(rest), context, version) != isInverted
    }

    private static func isTrue(_ text: Bytes, _ context: MacroContext, _ version: (Int, Int, Int)) throws(Invalid) -> Bool {
        let kind = kind(of: text, keywords: true)
        switch kind {
        case .number: return (Numbers.realOrExpression(ASCII.string(text)) ?? 0) != 0
        case .boolean: return matches(text, "true")
        case .identifier:
            if let value = looseBoolean(text) { return value }
            throw Invalid(reason: "it is no condition")
        case .version: return try compareVersion(text, version)
        case .definition: return try isDefined(text, context)
        case .complex: throw Invalid(reason: "complex conditions are not supported")
        case .empty, .other: throw Invalid(reason: "it is no condition")
        }
    }

    /// Whether `text` is the keyword, blank space around it aside; with `prefix`, whether it starts with it.
    private static func matches(_ text: Bytes, _ keyword: String, prefix: Bool = false) -> Bool {
        let text = text.drop(while: ASCII.isSpace)
        guard ASCII.hasPrefixIgnoringCase(text, keyword) else { return false }
        let rest = text.dropFirst(keyword.utf8.count)
        return prefix ? !(rest.first.map(ASCII.isAlphanumeric) ?? false) : rest.allSatisfy(ASCII.isSpace)
    }

    private static func looseBoolean(_ text: Bytes) -> Bool? {
        if matches(text, "yes") || matches(text, "t") { return true }
        if matches(text, "no") || matches(text, "f") { return false }
        return nil
    }

    private static func kind(of text: Bytes, keywords: Bool) -> Kind {
        var position = text.firstIndex { !ASCII.isSpace($0) } ?? text.count
        guard position < text.count else { return .empty }
        if text[position] == UInt8(ascii: "-") { position += 1 }
        var set = Classes()
        while position < text.count {
            let byte = text[position]
            position += 1
            let following = position < text.count ? text[position] : 0
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): set.insert(.digit)
            case ASCII.dot: set.insert(set == .digit || following == 0 || ASCII.isDigit(following) ? .float : .identifier)
            case UInt8(ascii: "e"), UInt8(ascii: "E"): set.insert(set.subtracting(.float) == .digit ? .float : .alpha)
            case UInt8(ascii: "-"), ASCII.plus: if set != [.digit, .float] { set.insert(.sum) }
            case _ where ASCII.isAlpha(byte): set.insert(.alpha)
            case UInt8(ascii: "_"), ASCII.slash: set.insert(.identifier)
            case UInt8(ascii: "<")...UInt8(ascii: ">"): set.insert(.comparison)
            case UInt8(ascii: "!") where following == ASCII.equals: set.insert(.comparison)
            case ASCII.dollar:
                set.insert(.money)
                if following == ASCII.open { set.insert(.macro) }
            case _ where ASCII.isSpace(byte): if following != 0, !ASCII.isSpace(following) { set.insert(.space) }
            case UInt8(ascii: "&"), UInt8(ascii: "|"): set.insert(.logic)
            case UInt8(ascii: "{")...UInt8(ascii: "}"), ASCII.open, ASCII.close, UInt8(ascii: "["), UInt8(ascii: "]"): set.insert(.group)
            case ASCII.colon: set.insert(.colon)
            default: set.insert(.other)
            }
        }
        if set.isEmpty { return .empty }
        if set == .digit || set == [.digit, .float] { return .number }
        if set.contains(.alpha), set.isSubset(of: [.alpha, .digit, .identifier, .float]), set != [.alpha, .float] {
            if set == .alpha {
                if matches(text, "true") || matches(text, "false") { return .boolean }
                if keywords, matches(text, "version") { return .version }
                if keywords, matches(text, "defined") { return .definition }
            }
            if set.contains(.float), !set.contains(.digit) { return .complex }
            return .identifier
        }
        if set == [.alpha, .space, .comparison, .digit] || set == [.alpha, .space, .comparison, .digit, .float] {
            return keywords && matches(text, "version", prefix: true) ? .version : .complex
        }
        let definitions: [Classes] = [
            [.alpha, .space], [.alpha, .space, .colon], [.alpha, .space, .identifier], [.alpha, .space, .identifier, .colon],
            [.alpha, .space, .digit], [.alpha, .space, .digit, .identifier], [.alpha, .space, .digit, .float],
            [.alpha, .space, .digit, .identifier, .float],
        ]
        if definitions.contains(set) {
            return keywords && matches(text, "defined", prefix: true) ? .definition : .complex
        }
        if set.contains(.macro), set.isSubset(of: [.money, .identifier, .alpha, .digit, .macro, .colon]) { return .other }
        return .complex
    }

    private static func isDefined(_ text: Bytes, _ context: MacroContext) throws(Invalid) -> Bool {
        let name = Bytes(text.dropFirst("defined".utf8.count).drop(while: ASCII.isSpace))
        guard !name.isEmpty else { return false }
        switch kind(of: name, keywords: false) {
        case .identifier:
            if let value = context.lookup(name) { return !value.isEmpty }
            return looseBoolean(name) != nil
        case .number, .boolean:
            return true
        default:
            // The template tables are asked for with "defined use CATEGORY"; the submit language has none of the configuration's.
            if ASCII.hasPrefixIgnoringCase(name, "use ") {
                if name.dropFirst(4).drop(while: ASCII.isSpace).contains(where: ASCII.isSpace) {
                    throw Invalid(reason: "the argument of 'defined use' may not hold blanks")
                }
                return false
            }
            throw Invalid(reason: "the argument of 'defined' must be a name, a boolean or a number")
        }
    }

    private static func compareVersion(_ text: Bytes, _ version: (Int, Int, Int)) throws(Invalid) -> Bool {
        var rest = text.dropFirst("version".utf8.count).drop(while: ASCII.isSpace)
        let isNegated = rest.first == UInt8(ascii: "!")
        if isNegated { rest = rest.dropFirst() }
        var sign = 0
        if let first = rest.first, (UInt8(ascii: "<")...UInt8(ascii: ">")).contains(first) {
            sign = Int(first) - Int(ASCII.equals)
            rest = rest.dropFirst()
        }
        var orEqual = false
        if rest.first == ASCII.equals {
            orEqual = true
            rest = rest.dropFirst()
        }
        rest = rest.drop(while: ASCII.isSpace)
        if let first = rest.first, first | 0x20 == UInt8(ascii: "v") { rest = rest.dropFirst() }
        var fields: [Int] = []
        while fields.count < 3, let (value, length) = Numbers.scanInteger(rest) {
            fields.append(value)
            rest = rest.dropFirst(length)
            guard rest.first == ASCII.dot else { break }
            rest = rest.dropFirst()
        }
        guard fields.count >= 2, fields[0] >= 6 else { throw Invalid(reason: "the version is invalid") }
        let wanted = (fields[0], fields[1], fields.count > 2 ? fields[2] : version.2)
        let difference = version == wanted ? 0 : version < wanted ? -1 : 1
        return ((difference == sign) || (orEqual && difference == 0)) != isNegated
    }
}

/// The `if` statements around the line being read.
struct ConditionStack {
    private struct Level {
        var isTaken: Bool
        /// Whether this branch or one before it was taken.
        var wasTaken: Bool
        var hasElse = false
        let outerIsEnabled: Bool
    }

    private static let deepest = 63
    private var levels: [Level] = []

    var isEnabled: Bool { levels.last.map { $0.isTaken && $0.outerIsEnabled } ?? true }
    var isInside: Bool { !levels.isEmpty }
    /// Whether the condition of an `elif` on this level decides anything.
    var needsCondition: Bool { levels.last.map { !$0.wasTaken && $0.outerIsEnabled } ?? true }

    /// False if the nesting is too deep.
    mutating func begin(_ condition: Bool) -> Bool {
        guard levels.count < Self.deepest else { return false }
        levels.append(Level(isTaken: condition, wasTaken: condition, outerIsEnabled: isEnabled))
        return true
    }

    /// What is wrong with an `else` or `elif` here; nil if it may stand here.
    func complaint(about keyword: String) -> String? {
        guard let level = levels.last else { return "\(keyword) without matching if" }
        return level.hasElse ? "\(keyword) is not allowed after else" : nil
    }

    mutating func otherwise() {
        guard let last = levels.indices.last else { return }
        levels[last].isTaken = !levels[last].wasTaken
        levels[last].wasTaken = true
        levels[last].hasElse = true
    }

    mutating func otherwise(if condition: Bool) {
        guard let last = levels.indices.last else { return }
        levels[last].isTaken = !levels[last].wasTaken && condition
        if levels[last].isTaken { levels[last].wasTaken = true }
    }

    /// False without matching `if`.
    mutating func end() -> Bool { levels.popLast() != nil }
}
