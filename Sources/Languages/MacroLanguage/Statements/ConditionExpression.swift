import Text

/// The condition of `if` and `elif`: a boolean, a number, `version` with a comparison, or `defined` with a name. HTCondor has no other conditions
/// (25.14, condor_utils/config.cpp, `Evaluate_config_if`).
package struct ConditionExpression {
    /// A version of HTCondor.
    package struct Version: Sendable, Hashable {
        package var major: Int
        package var minor: Int
        package var patch: Int

        package init(major: Int, minor: Int, patch: Int) {
            (self.major, self.minor, self.patch) = (major, minor, patch)
        }

        /// The version whose language this module implements.
        package static let current = Version(major: 25, minor: 14, patch: 1)
    }

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

    private let source: any MacroSource
    private let version: Version

    /// - Parameters:
    ///   - source: used for `defined NAME`.
    ///   - version: compared by `version`.
    package init(_ source: any MacroSource, version: Version = .current) {
        self.source = source
        self.version = version
    }

    /// The condition's value, or why it is not a condition.
    ///
    /// - Parameters:
    ///   - condition: the text after the keyword with macros expanded and trailing white space removed.
    ///   - wasExpanded: whether the condition contained macros. If so, an empty text is false.
    package func evaluate(_ condition: [UInt8], wasExpanded: Bool) -> Result<Bool, ConditionError> {
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
            // As read by C's `atof`.
            let number = NumberText.scanReal(text)?.value ?? 0
            return .success(number < 0 || number > 0)
        case .boolean:
            return .success(ASCII.equalIgnoringCase(ASCII.trimmed(text[...]), "true".utf8))
        case .identifier:
            return Self.looseBoolean(text).map { .success($0) } ?? .failure("it is neither a boolean nor a number")
        case .version:
            return compareVersion(text.dropFirst("version".utf8.count))
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
            if let value = source.value(of: name) { return .success(!value.isEmpty) }
            return .success(Self.looseBoolean(Array(name)) != nil)
        case .number, .boolean:
            return .success(true)
        default:
            guard name.count > 4, ASCII.equalIgnoringCase(name.prefix(4), "use ".utf8) else {
                return .failure("'defined' takes the name of one parameter, or 'use CATEGORY:NAME'")
            }
            let metaknob = Array(ASCII.withoutLeadingSpace(name.dropFirst(4)))
            if metaknob.contains(where: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                return .failure("the metaknob of 'defined use' must not contain spaces")
            }
            guard let category = Metaknobs.category(metaknob) else { return .success(false) }
            guard let colon = metaknob.firstIndex(of: ASCII.colon), colon + 1 < metaknob.count else { return .success(true) }
            return .success(category[MacroName(metaknob[(colon + 1)...])] != nil)
        }
    }

    /// `yes`, `t`, `no` and `f`.
    private static func looseBoolean(_ text: [UInt8]) -> Bool? {
        let word = ASCII.trimmed(text[...])
        if ASCII.equalIgnoringCase(word, "yes".utf8) || ASCII.equalIgnoringCase(word, "t".utf8) { return true }
        if ASCII.equalIgnoringCase(word, "no".utf8) || ASCII.equalIgnoringCase(word, "f".utf8) { return false }
        return nil
    }

    private func compareVersion(_ text: ArraySlice<UInt8>) -> Result<Bool, ConditionError> {
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
        guard let parts = Self.versionParts(rest), parts.count >= 2, parts[0] >= 6 else {
            return .failure("the version must be MAJOR.MINOR or MAJOR.MINOR.PATCH, not before 6.0")
        }
        let theirs = parts[0] * 1_000_000 + parts[1] * 1_000 + (parts.count > 2 ? parts[2] : version.patch)
        let ours = version.major * 1_000_000 + version.minor * 1_000 + version.patch
        let order = ours < theirs ? -1 : ours > theirs ? 1 : 0
        return .success(negated != (order == wanted || (orEqual && order == 0)))
    }

    /// Up to three numbers separated by dots; the rest is ignored. Nil if one is too large.
    private static func versionParts(_ text: ArraySlice<UInt8>) -> [Int]? {
        var parts: [Int] = []
        var rest = text
        while parts.count < 3, let (number, length) = NumberText.scanInteger(rest) {
            guard number.magnitude < 100_000 else { return nil }
            parts.append(Int(number))
            rest = rest.dropFirst(length)
            guard rest.first == ASCII.dot else { break }
            rest = rest.dropFirst()
        }
        return parts
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
        func begins(with keyword: String) -> Bool {
            let count = keyword.utf8.count
            guard text.count >= count, ASCII.equalIgnoringCase(text.prefix(count), keyword.utf8) else { return false }
            guard text.count > count else { return true }
            let next = text[text.startIndex + count]
            return !ASCII.isLetter(next) && !ASCII.isDigit(next)
        }
        if set == .letter {
            if ASCII.equalIgnoringCase(text, "true".utf8) || ASCII.equalIgnoringCase(text, "false".utf8) { return .boolean }
            if knowsKeywords, ASCII.equalIgnoringCase(text, "version".utf8) { return .version }
            if knowsKeywords, ASCII.equalIgnoringCase(text, "defined".utf8) { return .defined }
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

/// Why a text is not a condition.
package struct ConditionError: Error, ExpressibleByStringLiteral {
    /// One clause without a full stop.
    package var reason: String

    package init(stringLiteral reason: String) {
        self.reason = reason
    }
}
