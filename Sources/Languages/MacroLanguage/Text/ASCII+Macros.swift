package import Text

/// Names and lists of the macro language.
extension ASCII {
    /// Whether a macro name may contain the byte: letters, digits, `_`, `.` and `/`.
    package static func isNameByte(_ byte: UInt8) -> Bool { isWord(byte) || byte == dot || byte == slash }

    package static func withoutLeadingSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var start = bytes.startIndex
        while start < bytes.endIndex, isSpace(bytes[start]) { start += 1 }
        return bytes[start...]
    }

    /// The separators of most lists: comma and white space.
    package static let listSeparators: [UInt8] = [comma, 0x20, 0x09, 0x0D, 0x0A]

    /// The parts of `bytes` between any of `separators`. White space around a part is removed, and empty parts are skipped (HTCondor's
    /// `StringTokenIterator`).
    package static func tokens(of bytes: ArraySlice<UInt8>, separatedBy separators: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var position = bytes.startIndex
        while let token = nextToken(in: bytes, from: &position, separatedBy: separators) { result.append(token) }
        return result
    }

    /// The next token at or after `position`, which is advanced past it; nil if there is none.
    package static func nextToken(
        in bytes: ArraySlice<UInt8>, from position: inout Int, separatedBy separators: [UInt8]
    ) -> ArraySlice<UInt8>? {
        while position < bytes.endIndex, isSpace(bytes[position]) || separators.contains(bytes[position]) { position += 1 }
        guard position < bytes.endIndex else { return nil }
        let start = position
        var end = position
        while position < bytes.endIndex, !separators.contains(bytes[position]) {
            if !isSpace(bytes[position]) { end = position }
            position += 1
        }
        return bytes[start...end]
    }
}
