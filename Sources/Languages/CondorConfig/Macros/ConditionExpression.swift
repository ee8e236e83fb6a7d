/// The condition of `if` and `elif`: a boolean, a number, `version` with a comparison, or `defined` with a name; macros are expanded first.
/// HTCondor knows no other conditions.
struct ConditionExpression {
    private enum Shape {
        case empty, number, boolean, identifier, version, defined, complex
    }

    private struct Characters: OptionSet {
        let rawValue: Int
        static let space = Characters(rawValue: 1)
        static let digit = Characters(rawValue: 2)
        static let letter = Characters(rawValue: 4)
        static let identifier = Characters(rawValue: 8)
        static let comparison = Characters(rawValue: 16)
        static let sum = Characters(rawValue: 32)
        static let colon = Characters(rawValue: 64)
        static let decimal = Characters(rawValue: 128)
        static let other = Characters(rawValue: 256)
    }

    /// The version that `version` compares with: that of the HTCondor whose language this is.
    static let version = (major: 25, minor: 14, patch: 1)

    let expander: MacroExpander

    /// The value of the condition, or why it is none.
    func evaluate(_ condition: [UInt8], wasExpanded: Bool) -> Result<Bool, ConditionError> {
        var text = ASCII.withoutLeadingSpace(condition[...])
        var inverted = false
        if text.first == UInt8(ascii: "!") {
            inverted = true
            text = ASCII.withoutLeadingSpace(text.dropFirst())
        }
        if wasExpanded, text.isEmpty { return .success(inverted) }
        return value(Array(text)).map { inverted != $0 }
    }

    private func value(_ text: [UInt8]) -> Result<Bool, ConditionError> {
        switch Self.shape(text, knowsKeywords: true) {
        case .number:
            return .success((Self.leadingNumber(text)) != 0)
        case .boolean:
            return .success(ASCII.equal(ASCII.trimmed(text[...]), "true"))
        case .identifier:
            return Self.looseBoolean(text).map { .success($0) } ?? .failure("it is neither a boolean nor a number")
        case .version:
            return Self.compareVersion(text.dropFirst("version".utf8.count))
        case .defined:
            return isDefined(ASCII.withoutLeadingSpace(text.dropFirst("defined".utf8.count)))
        case .complex:
            return .failure("comparisons and combinations are not possible in a condition")
        case .empty:
            return .failure("it is empty")
        }
    }

    private func isDefined(_ name: ArraySlice<UInt8>) -> Result<Bool, ConditionError> {
        guard !name.isEmpty else { return .success(false) }
        switch Self.shape(Array(name), knowsKeywords: false) {
        case .identifier:
            if let value = expander.lookUp(name) { return .success(!value.isEmpty) }
            return .success(Self.looseBoolean(Array(name)) != nil)
        case .number, .boolean:
            return .success(true)
        default:
            guard name.count > 4, ASCII.equal(name.prefix(4), "use ") else {
                return .failure("'defined' takes the name of one parameter, or 'use CATEGORY:NAME'")
            }
            let metaknob = Array(ASCII.withoutLeadingSpace(name.dropFirst(4)))
            if metaknob.contains(where: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                return .failure("the metaknob of 'defined use' must not contain spaces")
            }
            guard let category = Metaknobs.category(String(decoding: metaknob, as: UTF8.self)) else { return .success(false) }
            guard let colon = metaknob.firstIndex(of: ASCII.colon), colon + 1 < metaknob.count else { return .success(true) }
            return .success(category[String(decoding: metaknob[(colon + 1)...], as: UTF8.self).lowercasedASCII] != nil)
        }
    }

    /// `yes`, `t`, `no` and `f`.
    private static func looseBoolean(_ text: [UInt8]) -> Bool? {
        let word = ASCII.trimmed(text[...])
        if ASCII.equal(word, "yes") || ASCII.equal(word, "t") { return true }
        if ASCII.equal(word, "no") || ASCII.equal(word, "f") { return false }
        return nil
    }

    private static func compareVersion(_ text: ArraySlice<UInt8>) -> Result<Bool, ConditionError> {
        var rest = ASCII.withoutLeadingSpace(text)
        var negated = false
        if rest.first == UInt8(ascii: "!") {
            negated = true
            rest = rest.dropFirst()
        }
        var wanted = 0
        if let sign = rest.first, sign >= UInt8(ascii: "<"), sign <= UInt8(ascii: ">") {
            wanted = Int(sign) - Int(ASCII.equals)
            rest = rest.dropFirst()
        }
        var orEqual = false
        if rest.first == ASCII.equals {
            orEqual = true
            rest = rest.dropFirst()
        }
        rest = ASCII.withoutLeadingSpace(rest)
        if let first = rest.first, first | 0x20 == UInt8(ascii: "v") { rest = rest.dropFirst() }
        guard let parts = versionParts(rest), parts.count >= 2, parts[0] >= 6 else {
            return .failure("the version must be MAJOR.MINOR or MAJOR.MINOR.PATCH, not before 6.0")
        }
        let theirs = parts[0] * 1_000_000 + parts[1] * 1_000 + (parts.count > 2 ? parts[2] : version.patch)
        let ours = version.major * 1_000_000 + version.minor * 1_000 + version.patch
        let order = ours < theirs ? -1 : ours > theirs ? 1 : 0
        return .success(negated != (order == wanted || (orEqual && order == 0)))
    }

    /// Up to three numbers with dots between them; what follows is ignored. nil if one is too large.
    private static func versionParts(_ text: ArraySlice<UInt8>) -> [Int]? {
        var parts: [Int] = []
        var position = text.startIndex
        while parts.count < 3 {
            guard let number = NumberText.leadingInteger(text[position...]) else { break }
            guard number.magnitude < 100_000 else { return nil }
            parts.append(Int(number))
            while position < text.endIndex, !ASCII.isDigit(text[position]) { position += 1 }
            while position < text.endIndex, ASCII.isDigit(text[position]) { position += 1 }
            guard position < text.endIndex, text[position] == ASCII.dot else { break }
            position += 1
        }
        return parts
    }

    /// What C's `atof` makes of digits with dots and an exponent: 0 or not.
    private static func leadingNumber(_ text: [UInt8]) -> Double {
        var end = 0
        var sawDot = false
        while end < text.count {
            let byte = text[end]
            if byte == ASCII.dot, !sawDot {
                sawDot = true
            } else if !ASCII.isDigit(byte), !(end == 0 && byte == UInt8(ascii: "-")) {
                break
            }
            end += 1
        }
        return text[..<end].contains { $0 >= UInt8(ascii: "1") && $0 <= UInt8(ascii: "9") } ? 1 : 0
    }

    private static func shape(_ text: [UInt8], knowsKeywords: Bool) -> Shape {
        let text = ASCII.trimmed(text[...])
        guard let first = text.first else { return .empty }
        var set = Characters()
        var position = text.startIndex
        if first == UInt8(ascii: "-") { position += 1 }
        while position < text.endIndex {
            let byte = text[position]
            position += 1
            let next: UInt8 = position < text.endIndex ? text[position] : 0
            switch byte {
            case _ where ASCII.isDigit(byte): set.insert(.digit)
            case ASCII.dot:
                set.insert(set == .digit || next == 0 || ASCII.isDigit(next) ? .decimal : .identifier)
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                set.insert(set.subtracting(.decimal) == .digit ? .decimal : .letter)
            case UInt8(ascii: "-"), ASCII.plus:
                if set != [.digit, .decimal] { set.insert(.sum) }
            case _ where ASCII.isLetter(byte): set.insert(.letter)
            case UInt8(ascii: "_"), ASCII.slash: set.insert(.identifier)
            case UInt8(ascii: "<"), ASCII.equals, UInt8(ascii: ">"): set.insert(.comparison)
            case UInt8(ascii: "!") where next == ASCII.equals: set.insert(.comparison)
            case _ where ASCII.isSpace(byte):
                if !ASCII.isSpace(next) { set.insert(.space) }
            case ASCII.colon: set.insert(.colon)
            default: set.insert(.other)
            }
        }
        if set.isEmpty { return .empty }
        if set == .digit || set == [.digit, .decimal] { return .number }
        func begins(with keyword: StaticString) -> Bool {
            let count = keyword.utf8CodeUnitCount
            guard text.count >= count, ASCII.equal(text.prefix(count), keyword) else { return false }
            guard text.count > count else { return true }
            let next = text[text.startIndex + count]
            return !ASCII.isLetter(next) && !ASCII.isDigit(next)
        }
        if set == .letter {
            if ASCII.equal(text, "true") || ASCII.equal(text, "false") { return .boolean }
            if knowsKeywords, ASCII.equal(text, "version") { return .version }
            if knowsKeywords, ASCII.equal(text, "defined") { return .defined }
            return .identifier
        }
        if set.contains(.letter), set.isSubset(of: [.letter, .digit, .decimal, .identifier]) {
            return set.contains(.decimal) && !set.contains(.digit) ? .complex : .identifier
        }
        if set == [.letter, .space, .comparison, .digit] || set == [.letter, .space, .comparison, .digit, .decimal] {
            return knowsKeywords && begins(with: "version") ? .version : .complex
        }
        let names: [Characters] = [
            [], .colon, .identifier, [.identifier, .colon], .digit, [.digit, .identifier], [.digit, .decimal],
            [.digit, .identifier, .decimal],
        ]
        if set.isSuperset(of: [.letter, .space]), names.contains(set.subtracting([.letter, .space])) {
            return knowsKeywords && begins(with: "defined") ? .defined : .complex
        }
        return .complex
    }
}

/// Why a condition is none.
struct ConditionError: Error, ExpressibleByStringLiteral {
    var reason: String

    init(stringLiteral reason: String) {
        self.reason = reason
    }
}
