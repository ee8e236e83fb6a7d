/// A named block of statements that `use CATEGORY : NAME` inserts.
struct SubmitTemplate {
    var name: String
    var arguments: String

    /// The names, with arguments in parentheses, behind the colon of a `use` statement.
    static func uses(in text: String) -> [SubmitTemplate] {
        let bytes = Array(text.utf8)
        var position = 0
        var result: [SubmitTemplate] = []
        while result.count < 100 {
            while position < bytes.count, ASCII.isSpace(bytes[position]) || bytes[position] == ASCII.comma { position += 1 }
            let start = position
            while position < bytes.count, !ASCII.isSpace(bytes[position]), bytes[position] != ASCII.comma, bytes[position] != ASCII.open {
                position += 1
            }
            guard position > start else { break }
            var template = SubmitTemplate(name: ASCII.string(bytes[start..<position]), arguments: "")
            while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
            if position < bytes.count, bytes[position] == ASCII.open {
                if let close = closingBracket(of: bytes[...], at: position, quotes: false) {
                    template.arguments = ASCII.string(bytes[(position + 1)..<close])
                    position = close
                }
                position += 1
            }
            result.append(template)
        }
        return result
    }

    /// The statements of a template with its arguments put in; nil if there is no such template.
    static func body(category: String, _ template: SubmitTemplate, _ parameters: SubmitParameters) -> String? {
        let name = ASCII.uppercased(template.name)
        if category == "STRICT" {
            guard ["FALSE", "TRUE", "HARSH"].contains(name) else { return nil }
            return """
                SubmitWarnEmptyMatches=\(name != "FALSE")
                SubmitFailEmptyMatches=\(name != "FALSE")
                SubmitWarnDuplicateMatches=\(name != "FALSE")
                SubmitFailEmptyFields=\(name == "HARSH")
                SubmitWarnEmptyFields=\(name != "FALSE")
                """
        }
        let names = tokens(of: parameters.knob("SUBMIT_TEMPLATE_NAMES") ?? "").map(ASCII.uppercased)
        guard names.contains(name), name != "NAMES", let body = parameters.knob("SUBMIT_TEMPLATE_\(name)") else { return nil }
        return withArguments(body, template.arguments)
    }

    /// `$(0)`, `$(1)`, `$(1:default)`, `$(1?)`, `$(1+)` and `$(0#)` of `body` replaced.
    private static func withArguments(_ body: String, _ arguments: String) -> String {
        let list = tokens(of: arguments, separatedBy: ",")
        var text = Array(body.utf8)
        var start = 0
        for _ in 0..<1000 {
            guard let dollar = text[start...].firstIndex(of: ASCII.dollar), dollar + 2 < text.count else { break }
            start = dollar + 1
            guard text[dollar + 1] == ASCII.open, ASCII.isDigit(text[dollar + 2]),
                let close = text[(dollar + 2)...].firstIndex(of: ASCII.close)
            else { continue }
            var inner = text[(dollar + 2)..<close]
            guard let (index, length) = Numbers.scanInteger(inner) else { continue }
            inner = inner.dropFirst(length)
            let mark = inner.first
            if mark == UInt8(ascii: "?") || mark == ASCII.hash || mark == ASCII.plus { inner = inner.dropFirst() }
            let fallback = inner.first == ASCII.colon ? ASCII.string(inner.dropFirst()) : nil
            var value: String
            if index <= 0 {
                value = mark == ASCII.hash ? String(list.count) : ASCII.trimmed(arguments)
            } else if mark == ASCII.hash || mark == ASCII.plus {
                value = list.dropFirst(index - 1).joined(separator: ", ")
            } else {
                value = index <= list.count ? list[index - 1] : ""
            }
            if value.isEmpty, let fallback { value = fallback }
            if mark == UInt8(ascii: "?") { value = value.isEmpty ? "0" : "1" }
            text.replaceSubrange(dollar...close, with: value.utf8)
            start = dollar
        }
        return ASCII.string(text)
    }
}

/// Offset of the bracket that closes the one at `start`; nested round and square brackets, and with `quotes` quoted text, are passed over.
func closingBracket(of text: ArraySlice<UInt8>, at start: Int, quotes: Bool, depth: Int = 25) -> Int? {
    guard depth >= 0, start < text.endIndex else { return nil }
    let open = text[start]
    let close: UInt8 = open == ASCII.open ? ASCII.close : open == UInt8(ascii: "[") ? UInt8(ascii: "]") : open
    var position = start + 1
    while position < text.endIndex, text[position] != close {
        let byte = text[position]
        if byte == ASCII.open || byte == UInt8(ascii: "[") {
            guard let end = closingBracket(of: text, at: position, quotes: quotes, depth: depth - 1) else { return nil }
            position = end
        } else if quotes, byte == ASCII.quote || byte == ASCII.apostrophe {
            var end = position + 1
            while end < text.endIndex, text[end] != byte {
                if text[end] == ASCII.backslash, end + 1 < text.endIndex, text[end + 1] == byte || text[end + 1] == ASCII.backslash {
                    end += 1
                }
                end += 1
            }
            guard end < text.endIndex else { return nil }
            position = end
        }
        position += 1
    }
    return position < text.endIndex ? position : nil
}
