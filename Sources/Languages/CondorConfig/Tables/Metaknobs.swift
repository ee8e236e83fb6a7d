/// `use CATEGORY:NAME(arguments)`: named groups of statements.
enum Metaknobs {
    struct Metaknob: Sendable {
        var reference: MetaknobReference
        /// The statements, one a line.
        var template: [UInt8]
    }

    private static let categories = parse(metaknobTable)

    /// The metaknobs of a category by name in lower case; only what stands before a colon counts. nil for an unknown category.
    static func category(_ name: some StringProtocol) -> [String: Metaknob]? {
        let utf8 = name.utf8
        let end = utf8.firstIndex(of: ASCII.colon) ?? utf8.endIndex
        return categories[String(name[..<end]).lowercasedASCII]
    }

    static var categoryNames: [String] { categories.values.compactMap { $0.values.first?.reference.category } }

    private static func parse(_ table: StaticString) -> [String: [String: Metaknob]] {
        var categories: [String: [String: Metaknob]] = [:]
        var current: Metaknob?
        func finish() {
            guard let current else { return }
            categories[current.reference.category.lowercasedASCII, default: [:]][current.reference.name.lowercasedASCII] = current
        }
        table.withUTF8Buffer { text in
            for line in text.split(separator: ASCII.newline) {
                let line = ASCII.trimmed(Array(line)[...])
                if line.starts(with: "[$".utf8), line.last == UInt8(ascii: "]") {
                    finish()
                    let title = line.dropFirst(2).dropLast()
                    let dot = title.firstIndex(of: ASCII.dot) ?? title.endIndex
                    current = Metaknob(
                        reference: MetaknobReference(
                            category: String(decoding: title[..<dot], as: UTF8.self),
                            name: String(decoding: title[dot...].dropFirst(), as: UTF8.self)),
                        template: [])
                } else {
                    current?.template.append(contentsOf: line)
                    current?.template.append(ASCII.newline)
                }
            }
        }
        finish()
        return categories
    }
}

/// One `NAME` or `NAME(arguments)` after the colon of `use`.
struct MetaknobUse {
    var name: [UInt8]
    var arguments: [UInt8]

    private static let deepestBrackets = 25

    /// The next use at or after `position`, which moves behind it; nil at the end. White space and commas stand between uses.
    init?(_ text: [UInt8], from position: inout Int) {
        while position < text.count, ASCII.isSpace(text[position]) || text[position] == ASCII.comma { position += 1 }
        let start = position
        while position < text.count, !ASCII.isSpace(text[position]), text[position] != ASCII.comma, text[position] != ASCII.open {
            position += 1
        }
        guard position > start else { return nil }
        name = Array(text[start..<position])
        arguments = []
        while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
        guard position < text.count, text[position] == ASCII.open else { return }
        if let close = Self.closingBracket(text, position, depth: Self.deepestBrackets), text[close] == ASCII.close {
            arguments = Array(text[(position + 1)..<close])
            position = close
        }
        position += 1
        while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
    }

    /// The bracket that closes the one at `open`, nested `(` and `[` included; nil if there is none or they nest too deep.
    private static func closingBracket(_ text: [UInt8], _ open: Int, depth: Int) -> Int? {
        guard depth >= 0 else { return nil }
        let closing = text[open] == ASCII.open ? ASCII.close : UInt8(ascii: "]")
        var position = open + 1
        while position < text.count, text[position] != closing {
            if text[position] == ASCII.open || text[position] == UInt8(ascii: "[") {
                guard let inner = closingBracket(text, position, depth: depth - 1) else { return nil }
                position = inner
            }
            position += 1
        }
        return position < text.count ? position : nil
    }

    /// The template with `$(1)`, `$(2?)`, `$(0#)`, `$(3+)` and `$(1:default)` replaced by the arguments.
    func expand(_ template: [UInt8], _ budget: inout MacroBudget) throws(MacroLimitError) -> [UInt8] {
        var scanner = MacroScanner(.metaknobArgument, limit: budget.remaining)
        var result = MacroText(template)
        var replacements = 0
        var examined = 0
        while let match = result.next(&scanner) {
            let value = argument(result.body(of: match))
            result.replace(match, with: value)
            replacements += 1
            try budget.spend(scanner.examinedBytes - examined + value.count)
            examined = scanner.examinedBytes
            if result.count > MacroBudget.longestText || replacements > MacroBudget.mostReplacements {
                throw MacroLimitError(message: "the arguments of a metaknob expand without end")
            }
        }
        try budget.spend(scanner.examinedBytes - examined)
        return result.bytes
    }

    private func argument(_ body: [UInt8]) -> [UInt8] {
        var position = 0
        var index = 0
        while position < body.count, ASCII.isDigit(body[position]) {
            index = min(index * 10 + Int(body[position] - 0x30), 1 << 20)
            position += 1
        }
        var asksEmpty = false
        var wantsRest = false
        if position < body.count, body[position] == UInt8(ascii: "?") {
            asksEmpty = true
            position += 1
        } else if position < body.count, body[position] == ASCII.hash || body[position] == ASCII.plus {
            wantsRest = true
            position += 1
        }
        let fallback = position < body.count && body[position] == ASCII.colon ? body[(position + 1)...] : nil
        let value = ASCII.trimmed(value(index, wantsRest, fallback))
        return asksEmpty ? [value.isEmpty ? UInt8(ascii: "0") : UInt8(ascii: "1")] : Array(value)
    }

    private func value(_ index: Int, _ wantsRest: Bool, _ fallback: ArraySlice<UInt8>?) -> ArraySlice<UInt8> {
        let separator = [ASCII.comma]
        if index == 0 {
            return wantsRest ? Array("\(ASCII.tokens(of: arguments[...], separatedBy: separator).count)".utf8)[...] : arguments[...]
        }
        var position = 0
        if wantsRest {
            var skipped = 1
            while position < arguments.count, skipped < index {
                skipped += 1
                _ = ASCII.nextToken(in: arguments[...], from: &position, separatedBy: separator)
            }
            var rest = arguments[position...]
            if rest.first == ASCII.comma { rest = rest.dropFirst() }
            return rest.isEmpty ? fallback ?? [] : rest
        }
        for _ in 1..<max(index, 1) {
            guard ASCII.nextToken(in: arguments[...], from: &position, separatedBy: separator) != nil else { return fallback ?? [] }
        }
        return ASCII.nextToken(in: arguments[...], from: &position, separatedBy: separator) ?? fallback ?? []
    }
}
