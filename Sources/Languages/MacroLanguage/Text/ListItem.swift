import Text

/// The item at `index` of a list in which every comma counts, so that items may be empty. White space around the item is removed. Nil past the end.
func listItem(_ index: Int, of list: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var rest = list
    for _ in 0..<index {
        guard let comma = rest.firstIndex(of: ASCII.comma) else { return nil }
        rest = rest[(comma + 1)...]
    }
    return ASCII.trimmed(rest.firstIndex(of: ASCII.comma).map { rest[..<$0] } ?? rest)
}

/// The parts before and after the first `separator`; the second part is nil without a separator.
func split(_ text: [UInt8], at separator: UInt8) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
    guard let position = text.firstIndex(of: separator) else { return (text[...], nil) }
    return (text[..<position], text[(position + 1)...])
}
