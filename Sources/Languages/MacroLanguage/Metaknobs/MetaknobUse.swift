import Text

/// One `NAME` or `NAME(arguments)` after the colon of `use`.
package struct MetaknobUse: Sendable {
    package var name: [UInt8]
    /// The text between the parentheses.
    package var arguments: [UInt8]

    /// The next use at or after `position`, which is advanced past it; nil at the end. White space and commas separate uses (HTCondor 25.14,
    /// condor_utils/config.cpp, `MetaKnobAndArgs`).
    package init?(_ text: [UInt8], from position: inout Int) {
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
        if let close = closingBracket(of: text[...], at: position, quotes: false) {
            arguments = Array(text[(position + 1)..<close])
            position = close
        }
        position += 1
        while position < text.count, ASCII.isSpace(text[position]) { position += 1 }
    }

    /// The template with `$(1)`, `$(2?)`, `$(0#)`, `$(3+)` and `$(1:default)` replaced by the arguments (`expand_meta_args`).
    ///
    /// - Throws: if this needs too much work or produces more than 4 MiB.
    package func expand(_ template: [UInt8], _ budget: inout MacroBudget) throws(MacroError) -> [UInt8] {
        var search = MacroSearch(template, .metaknobArgument)
        while let match = search.next(limit: budget.remaining) {
            try budget.spend(search.unpaidWork())
            let value = argument(search.text.body(of: match))
            search.replace(match, with: value)
            try budget.spend(value.count + MacroBudget.workPerMacro)
            guard search.text.count <= MacroBudget.longestText else { throw MacroError(.size) }
            guard search.replacements <= MacroBudget.mostReplacements else { throw MacroError(.endless) }
        }
        try budget.spend(search.unpaidWork())
        return search.text.bytes
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
