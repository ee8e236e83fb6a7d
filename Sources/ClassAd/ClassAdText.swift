import Diagnostics

extension ClassAd {
    /// Reads one ad: `[ name = expression; … ]`, or lines `name = expression` of the old syntax, of which empty ones and those starting with `#`
    /// are skipped.
    /// - Throws: what is wrong, with line and column in `text`.
    public static func parse(_ text: String, syntax: ClassAdSyntax) throws(ClassAdError) -> ClassAd {
        var copy = text
        let result: Result<ClassAd, ClassAdError> = copy.withUTF8 { bytes in
            do throws(ClassAdError) {
                return .success(syntax == .new ? try parseBracketed(bytes) : try parseLines(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func parseBracketed(_ text: UnsafeBufferPointer<UInt8>) throws(ClassAdError) -> ClassAd {
        var parser = try Parser(text, syntax: .new)
        let root = try parser.ad()
        try parser.requireEnd()
        return ClassAd(arena: Arena(parser.builder), index: root)
    }

    private static func parseLines(_ text: UnsafeBufferPointer<UInt8>) throws(ClassAdError) -> ClassAd {
        var ad = ClassAd()
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            try ad.parseLine(text, start..<end)
            start = end + 1
        }
        return ad
    }

    private mutating func parseLine(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(ClassAdError) {
        guard let line = AttributeLine(text, range) else {
            guard let first = text[range].firstIndex(where: { !$0.isASCIISpace }), text[first] != UInt8(ascii: "#") else { return }
            throw ClassAdError(.pointing(at: first, of: text, "the line is no assignment", expected: "Name = expression"))
        }
        guard text[line.name.lowerBound] != UInt8(ascii: "#") else { return }
        // Only the text up to the end of the line is shown to the lexer.
        let visible = UnsafeBufferPointer(rebasing: text[0..<line.value.upperBound])
        var parser = try Parser(visible, syntax: .old, from: line.value.lowerBound)
        let root = try parser.expression()
        try parser.requireEnd()
        let name = String(classAdBytes: UnsafeBufferPointer(rebasing: text[line.name]))
        self[name] = ExprTree(arena: Arena(parser.builder), root: root)
    }

    /// The ad as text: `[ a = 1; b = 2 ]`, or in the old syntax one line an attribute. Attributes come in HTCondor's order (shorter names first).
    public func unparsed(_ syntax: ClassAdSyntax = .new) -> String {
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
        }
        return String(classAdBytes: unparser.output)
    }
}

/// The parts of `Name = expression`, trimmed.
struct AttributeLine {
    var name: Range<Int>
    var value: Range<Int>

    /// Nil if there is no `=` or nothing before it.
    init?(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        guard let equals = text[range].firstIndex(of: UInt8(ascii: "=")) else { return nil }
        func trimmed(_ range: Range<Int>) -> Range<Int> {
            var start = range.lowerBound
            var end = range.upperBound
            while start < end, text[start].isASCIISpace { start += 1 }
            while end > start, text[end - 1].isASCIISpace { end -= 1 }
            return start..<end
        }
        name = trimmed(range.lowerBound..<equals)
        value = trimmed(equals + 1..<range.upperBound)
        if name.isEmpty { return nil }
    }
}
