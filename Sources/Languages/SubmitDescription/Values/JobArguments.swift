import Text

/// The arguments of a program in HTCondor's two syntaxes (condor_utils/condor_arglist.cpp).
///
/// The old syntax separates arguments by blanks and has no quoting. The new one is enclosed in double quotes and quotes with single ones.
struct JobArguments {
    struct Malformed: Error {
        var message: String
    }

    var list: [String] = []
    /// Whether the arguments were given in the old syntax, which is then also passed on.
    private(set) var isOldSyntax = false

    init() {}

    /// Reads the new syntax if the text is in double quotes, otherwise the old syntax, in which a double quote needs a backslash.
    init(_ text: String) throws(Malformed) {
        if Self.isQuoted(text) {
            try self.init(quoted: text)
            return
        }
        var raw = Bytes()
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == ASCII.quote {
                throw Malformed(message: "illegal unescaped double-quote: \(ASCII.string([byte] + rest))")
            }
            if byte == ASCII.backslash, rest.first == ASCII.quote {
                raw.append(ASCII.quote)
                rest.removeFirst()
            } else {
                raw.append(byte)
            }
        }
        self.init(raw: raw)
    }

    /// Reads the new syntax in double quotes only.
    init(quoted text: String) throws(Malformed) {
        list = try Self.split(try Self.unquoted(text))
    }

    /// Reads the new syntax if the text is in double quotes, otherwise plain words.
    init?(rawOrQuoted text: String) {
        if Self.isQuoted(text) {
            guard let quoted = try? JobArguments(quoted: text) else { return nil }
            self = quoted
        } else {
            self.init(raw: Array(text.utf8))
        }
    }

    private init(raw: Bytes) {
        isOldSyntax = true
        list = raw.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.map { ASCII.string($0) }
    }

    // MARK: Reading

    static func isQuoted(_ text: String) -> Bool { text.utf8.drop(while: ASCII.isSpace).first == ASCII.quote }

    /// The text within the enclosing double quotes, in which a doubled quote stands for one.
    static func unquoted(_ text: String) throws(Malformed) -> Bytes {
        var rest = Array(text.utf8)[...].drop(while: ASCII.isSpace)
        guard rest.popFirst() == ASCII.quote else { throw Malformed(message: "expecting a double-quoted string") }
        var result = Bytes()
        while let byte = rest.popFirst() {
            if byte == ASCII.quote {
                guard rest.first == ASCII.quote else {
                    guard rest.allSatisfy(ASCII.isSpace) else {
                        throw Malformed(
                            message: "unexpected characters after the closing double-quote (a double-quote inside is doubled): "
                                + ASCII.string(rest.prefix(60)))
                    }
                    return result
                }
                rest.removeFirst()
            }
            result.append(byte)
        }
        throw Malformed(message: "unterminated double-quote")
    }

    /// Splits words at blanks. Within single quotes blanks are text, and a doubled single quote stands for one.
    static func split(_ text: Bytes) throws(Malformed) -> [String] {
        var result: [String] = []
        var word = Bytes()
        var inWord = false
        var position = 0
        while position < text.count {
            let byte = text[position]
            switch byte {
            case ASCII.apostrophe:
                let start = position
                inWord = true
                position += 1
                while position < text.count {
                    if text[position] == ASCII.apostrophe {
                        guard position + 1 < text.count, text[position + 1] == ASCII.apostrophe else { break }
                        position += 1
                    }
                    word.append(text[position])
                    position += 1
                }
                guard position < text.count else {
                    throw Malformed(message: "unbalanced quote starting here: \(ASCII.string(text[start...].prefix(60)))")
                }
            case 0x20, 0x09, 0x0A, 0x0D:
                if inWord { result.append(ASCII.string(word)) }
                word = []
                inWord = false
            default:
                word.append(byte)
                inWord = true
            }
            position += 1
        }
        if inWord { result.append(ASCII.string(word)) }
        return result
    }

    // MARK: Writing

    /// The arguments in the old syntax, which cannot contain blanks.
    var oldText: String { list.joined(separator: " ") }

    /// The arguments in the new syntax, without the enclosing double quotes.
    var newText: String { Self.joined(list) }

    static func joined(_ list: [String]) -> String {
        var result = Bytes()
        for word in list {
            if !result.isEmpty { result.append(0x20) }
            if word.utf8.isEmpty { result += Bytes("''".utf8) }
            for byte in word.utf8 {
                guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == ASCII.apostrophe else {
                    result.append(byte)
                    continue
                }
                if result.last == ASCII.apostrophe { result.removeLast() } else { result.append(ASCII.apostrophe) }
                if byte == ASCII.apostrophe { result.append(ASCII.apostrophe) }
                result += [byte, ASCII.apostrophe]
            }
        }
        return ASCII.string(result)
    }
}
