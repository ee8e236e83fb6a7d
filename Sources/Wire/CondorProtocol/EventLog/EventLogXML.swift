import ClassAd

/// Reads an ad in HTCondor's XML form (`classad/xmlSource.cpp` of HTCondor 25.14), as in event logs with `log_xml`.
enum EventLogXML {
    /// The deepest nesting that is read.
    private static let maximumDepth = 32

    /// The ad that begins with the first line; nil if there is none.
    static func ad(_ lines: [ArraySlice<UInt8>]) -> ClassAd? {
        var cursor = TextCursor(ArraySlice(Array(lines.joined(separator: CollectionOfOne(UInt8(ascii: "\n"))))))
        guard case .ad(let ad)? = value(&cursor, depth: 0)?.literalValue else { return nil }
        return ad
    }

    private static func value(_ text: inout TextCursor, depth: Int) -> ExprTree? {
        guard depth < maximumDepth else { return nil }
        text.skipSpaces()
        guard text.skip("<"), let tag = text.upTo(">") else { return nil }
        var name = TextCursor(tag)
        let element = String(logged: name.rest.prefix { $0 != UInt8(ascii: "/") && !TextCursor.isSpace($0) })
        let isEmpty = tag.last == UInt8(ascii: "/")
        switch element {
        case "c": return isEmpty ? .literal(.ad(ClassAd())) : members(&text, depth: depth).map { .literal(.ad($0)) }
        case "l": return isEmpty ? .literal(.list([])) : elements(&text, depth: depth).map { .literal(.list($0)) }
        case "b": return name.upTo("v=\"").map { _ in .boolean(name.first == UInt8(ascii: "t")) }
        case "un": return closing(isEmpty, "</un>", &text) ? .undefined : nil
        case "er": return closing(isEmpty, "</er>", &text) ? .literal(.error) : nil
        case "i": return content(isEmpty, "</i>", &text).flatMap { Int64($0) }.map { .integer($0) }
        case "r": return content(isEmpty, "</r>", &text).flatMap { Double($0) }.map { .real($0) }
        case "s": return content(isEmpty, "</s>", &text).map { .string($0) }
        case "e": return content(isEmpty, "</e>", &text).flatMap { try? ExprTree.parse($0, syntax: .new) }
        case "at": return content(isEmpty, "</at>", &text).map { .string($0) }
        case "rt": return content(isEmpty, "</rt>", &text).map { .string($0) }
        default: return nil
        }
    }

    private static func members(_ text: inout TextCursor, depth: Int) -> ClassAd? {
        var ad = ClassAd()
        while true {
            text.skipSpaces()
            if text.skip("</c>") { return ad }
            guard text.skip("<a n=\""), let name = text.upTo("\">"), let value = value(&text, depth: depth + 1) else { return nil }
            text.skipSpaces()
            guard text.skip("</a>") else { return nil }
            ad[plain(name)] = value
        }
    }

    private static func elements(_ text: inout TextCursor, depth: Int) -> [ExprTree]? {
        var list: [ExprTree] = []
        while true {
            text.skipSpaces()
            if text.skip("</l>") { return list }
            guard let value = value(&text, depth: depth + 1) else { return nil }
            list.append(value)
        }
    }

    private static func closing(_ isEmpty: Bool, _ tag: StaticString, _ text: inout TextCursor) -> Bool { content(isEmpty, tag, &text) != nil }

    /// The text up to an end tag.
    private static func content(_ isEmpty: Bool, _ tag: StaticString, _ text: inout TextCursor) -> String? {
        isEmpty ? "" : text.upTo(tag).map(plain)
    }

    /// Text with XML entities replaced.
    private static func plain(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "&")) else { return String(logged: text) }
        var result: [UInt8] = []
        var cursor = TextCursor(text)
        while let before = cursor.upTo("&") {
            result += before
            if let (_, byte) = entities.first(where: { cursor.skip($0.0) }) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "&"))
            }
        }
        return String(logged: ArraySlice(result) + cursor.rest)
    }

    private static let entities: [(StaticString, UInt8)] = [
        ("lt;", UInt8(ascii: "<")), ("gt;", UInt8(ascii: ">")), ("amp;", UInt8(ascii: "&")), ("quot;", UInt8(ascii: "\"")),
        ("apos;", UInt8(ascii: "'")),
    ]
}
