import ClassAd
import Text

/// The arguments of a program in HTCondor's two syntaxes.
///
/// The old syntax separates arguments by white space and has no quoting. The new one is enclosed in double quotes and quotes with single ones.
///
/// Source: HTCondor 25.14, `condor_utils/condor_arglist.cpp`.
package struct ArgumentList: Sendable, Hashable {
    package struct Malformed: Error, Sendable {
        package var message: String
    }

    package let list: [String]
    /// Whether the arguments were given in the old syntax, which is then also passed on.
    package let isOldSyntax: Bool

    /// Reads the new syntax if the text is in double quotes, otherwise the old syntax, in which a double quote needs a backslash.
    package init(_ text: String) throws(Malformed) {
        if Self.isQuoted(text) {
            try self.init(quoted: text)
            return
        }
        var raw: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == ASCII.quote {
                throw Malformed(message: "illegal unescaped double-quote: \(String(decoding: [byte] + rest, as: UTF8.self))")
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
    package init(quoted text: String) throws(Malformed) {
        list = try Self.split(try Self.unquoted(text))
        isOldSyntax = false
    }

    /// Reads the new syntax if the text is in double quotes, otherwise plain words.
    package init(rawOrQuoted text: String) throws(Malformed) {
        if Self.isQuoted(text) {
            try self.init(quoted: text)
        } else {
            self.init(raw: Array(text.utf8))
        }
    }

    private init(raw: [UInt8]) {
        list = ArgumentText.splitV1(raw).map { String(decoding: $0, as: UTF8.self) }
        isOldSyntax = true
    }

    // MARK: Reading

    package static func isQuoted(_ text: String) -> Bool { text.utf8.drop(while: ASCII.isSpace).first == ASCII.quote }

    /// The text within the enclosing double quotes, in which a doubled quote stands for one.
    package static func unquoted(_ text: String) throws(Malformed) -> [UInt8] {
        var rest = Array(text.utf8)[...].drop(while: ASCII.isSpace)
        guard rest.popFirst() == ASCII.quote else { throw Malformed(message: "expecting a double-quoted string") }
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == ASCII.quote {
                guard rest.first == ASCII.quote else {
                    guard rest.allSatisfy(ASCII.isSpace) else {
                        throw Malformed(
                            message: "unexpected characters after the closing double-quote (a double-quote inside is doubled): "
                                + String(decoding: rest.prefix(60), as: UTF8.self))
                    }
                    return result
                }
                rest.removeFirst()
            }
            result.append(byte)
        }
        throw Malformed(message: "unterminated double-quote")
    }

    /// Splits words at white space. Within single quotes white space is text, and a doubled single quote stands for one.
    package static func split(_ text: [UInt8]) throws(Malformed) -> [String] {
        do throws(ArgumentText.UnbalancedQuote) {
            return try ArgumentText.splitV2(text).map { String(decoding: $0, as: UTF8.self) }
        } catch {
            let start = String(decoding: text[error.offset...].prefix(60), as: UTF8.self)
            throw Malformed(message: "unbalanced quote starting here: \(start)")
        }
    }

    // MARK: Writing

    /// The arguments in the old syntax, which cannot contain blanks.
    package var oldText: String { list.joined(separator: " ") }

    /// The arguments in the new syntax, without the enclosing double quotes.
    package var newText: String { Self.joined(list) }

    package static func joined(_ list: [String]) -> String {
        String(decoding: ArgumentText.joinV2(list.map { Array($0.utf8) }), as: UTF8.self)
    }
}
