import Diagnostics
import Glibc
import Text

extension ClassAd {
    /// Reads one ad: `[ name = expression; … ]`, or lines `name = expression` in old syntax.
    ///
    /// In old syntax a blank line ends the ad, and lines that start with `#` are skipped, as in the output of `condor_q -long`.
    /// - Throws: the error, with its line and column in `text`.
    /// - Parameter ignoresTrailingText: whether to ignore text after the closing bracket, as HTCondor's own reader does.
    package static func parse(
        _ text: String, syntax: ClassAdSyntax, ignoresTrailingText: Bool = false
    ) throws(ClassAdError) -> ClassAd {
        guard syntax == .new else {
            let (ad, failure) = readingLines(of: text)
            if let failure { throw failure }
            return ad
        }
        var copy = text
        let result: Result<ClassAd, ClassAdError> = copy.withUTF8 { bytes in
            do throws(ClassAdError) { return .success(try parseBracketed(bytes, ignoresTrailingText: ignoresTrailingText)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one ad in old syntax as far as it is well-formed: the attributes that HTCondor's own reader keeps, and the error that made it stop.
    package static func readingLines(of text: String) -> (ad: ClassAd, failure: ClassAdError?) {
        var ad = ClassAd()
        var copy = text
        let failure: ClassAdError? = copy.withUTF8 { text in
            var start = 0
            var hasSeenLine = false
            while start < text.count {
                var end = start
                while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
                let next = end + 1
                if end > start, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
                let isBlank = text[start..<end].allSatisfy { ASCII.isSpace($0) }
                if isBlank, hasSeenLine { return nil }
                if !isBlank {
                    hasSeenLine = true
                    do throws(ClassAdError) { try ad.parseLine(text, start..<end) } catch { return error }
                }
                start = next
            }
            return nil
        }
        return (ad, failure)
    }

    private static func parseBracketed(_ text: UnsafeBufferPointer<UInt8>, ignoresTrailingText: Bool) throws(ClassAdError) -> ClassAd {
        var parser = try Parser(text, syntax: .new)
        let root = try parser.ad()
        if !ignoresTrailingText { try parser.requireEnd() }
        return ClassAd(arena: Arena(parser.builder), index: root)
    }

    private mutating func parseLine(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(ClassAdError) {
        guard let first = text[range].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }), text[first] != UInt8(ascii: "#") else { return }
        guard let line = AttributeLine(text, range) else {
            throw ClassAdError(.pointing(at: first, of: text, "the line is not an assignment", expected: "Name = expression"))
        }
        // Only the text up to the end of the line is passed to the lexer.
        let visible = UnsafeBufferPointer(rebasing: text[0..<line.value.upperBound])
        var parser = try Parser(visible, syntax: .old, from: line.value.lowerBound)
        let root = try parser.expression()
        let name = String(classAdBytes: UnsafeBufferPointer(rebasing: text[line.name]))
        self[name] = ExprTree(arena: Arena(parser.builder), root: root)
    }

    /// The ad as text: `[ a = 1; b = 2 ]`, or in old syntax one line per attribute. Attributes are in HTCondor's order (shorter names first).
    package func unparsed(_ syntax: ClassAdSyntax = .new) -> String {
        var unparser = Unparser(syntax)
        if syntax == .new {
            let tree = ExprTree.literal(.ad(self))
            unparser.write(tree.root, of: tree.arena)
        } else {
            for entry in entries.sorted(by: { AttributeName.precedes($0.name, $1.name) }) {
                unparser.write(name: entry.name)
                unparser.write(" = ")
                unparser.write(entry.expression.root, of: entry.expression.arena)
                unparser.write("\n")
            }
            if isEmpty { unparser.write("\n") }
        }
        return String(classAdBytes: unparser.output)
    }
}

/// The parts of `Name = expression`, without the white space around the `=` that HTCondor's reader skips.
struct AttributeLine {
    var name: Range<Int>
    var value: Range<Int>

    init(name: Range<Int>, value: Range<Int>) {
        self.name = name
        self.value = value
    }

    /// Nil if there is no `=`, or nothing before it.
    init?(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard let base = text.baseAddress, range.upperBound <= text.count,
            let found = memchr(base + range.lowerBound, Int32(UInt8(ascii: "=")), range.count)
        else { return nil }
        let equals = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        var start = range.lowerBound
        while start < equals, ASCII.isSpace(text[start]) { start += 1 }
        var end = equals
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        name = start..<end
        start = equals + 1
        while start < range.upperBound, ASCII.isSpace(text[start]) { start += 1 }
        value = start..<range.upperBound
        if name.isEmpty { return nil }
    }
}
