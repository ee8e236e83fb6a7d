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

/// The item at `index` of a list in which every separator counts (so items may be empty), blank space around it removed; nil past the end.
func listItem(_ list: ArraySlice<UInt8>, at index: Int, trimmed: Bool = true) -> ArraySlice<UInt8>? {
    var start = list.startIndex
    for _ in 0..<index {
        guard let comma = list[start...].firstIndex(of: ASCII.comma) else { return nil }
        start = comma + 1
    }
    let end = list[start...].firstIndex(of: ASCII.comma) ?? list.endIndex
    return trimmed ? ASCII.trimmed(list[start..<end]) : list[start..<end]
}
