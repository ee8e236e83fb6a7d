import Text

/// The pieces of `text` between separators, blank space around each removed and empty ones left out.
///
/// With the default separators this is how HTCondor reads most of its lists.
func tokens(of text: some Collection<UInt8>, separatedBy separators: String = ", \t\r\n") -> [Bytes] {
    let separators = Array(separators.utf8)
    var result: [Bytes] = []
    var current = Bytes()
    var end = 0
    for byte in text {
        if separators.contains(byte) {
            if end > 0 { result.append(Bytes(current[..<end])) }
            current.removeAll(keepingCapacity: true)
            end = 0
        } else if ASCII.isSpace(byte) {
            if end > 0 { current.append(byte) }
        } else {
            current.append(byte)
            end = current.count
        }
    }
    if end > 0 { result.append(Bytes(current[..<end])) }
    return result
}

func tokens(of text: String, separatedBy separators: String = ", \t\r\n") -> [String] {
    tokens(of: text.utf8, separatedBy: separators).map { ASCII.string($0) }
}

/// Blank space around `text` removed, then one pair of double quotes that encloses all of it.
func trimmedAndUnquoted(_ text: String) -> String {
    let trimmed = ASCII.trimmed(Array(text.utf8)[...])
    if trimmed.first == ASCII.quote, trimmed.last == ASCII.quote {
        return ASCII.string(trimmed.dropFirst().dropLast())
    }
    return ASCII.string(trimmed)
}

/// Offset of the bracket that closes the one at `start`; nested round and square brackets, and quoted text, are passed over.
func closingBracket(of text: ArraySlice<UInt8>, at start: Int, depth: Int = 25) -> Int? {
    guard depth >= 0, start < text.endIndex else { return nil }
    let open = text[start]
    let close: UInt8 = open == ASCII.open ? ASCII.close : open == UInt8(ascii: "[") ? UInt8(ascii: "]") : open
    var position = start + 1
    while position < text.endIndex, text[position] != close {
        let byte = text[position]
        if byte == ASCII.open || byte == UInt8(ascii: "[") {
            guard let end = closingBracket(of: text, at: position, depth: depth - 1) else { return nil }
            position = end
        } else if byte == ASCII.quote || byte == ASCII.apostrophe {
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
