import Text

/// The position of the bracket that closes the one at `start`, skipping nested round and square brackets (HTCondor 25.14, condor_utils/config.cpp,
/// `find_close_brace`). Nil if there is none, or if brackets are nested deeper than 25.
///
/// - Parameter quotes: whether to skip text in single and double quotes too.
package func closingBracket(of text: ArraySlice<UInt8>, at start: Int, quotes: Bool) -> Int? {
    closingBracket(of: text, at: start, quotes: quotes, depth: 25)
}

private func closingBracket(of text: ArraySlice<UInt8>, at start: Int, quotes: Bool, depth: Int) -> Int? {
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
            guard let end = closingQuote(of: text, at: position) else { return nil }
            position = end
        }
        position += 1
    }
    return position < text.endIndex ? position : nil
}

/// The position of the quote that closes the one at `start`. A backslash escapes a quote or a backslash.
private func closingQuote(of text: ArraySlice<UInt8>, at start: Int) -> Int? {
    let quote = text[start]
    var position = start + 1
    while position < text.endIndex, text[position] != quote {
        if text[position] == ASCII.backslash, position + 1 < text.endIndex,
            text[position + 1] == quote || text[position + 1] == ASCII.backslash
        {
            position += 1
        }
        position += 1
    }
    return position < text.endIndex ? position : nil
}
