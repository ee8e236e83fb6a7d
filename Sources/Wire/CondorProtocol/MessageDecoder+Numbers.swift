import Cedar

extension MessageDecoder {
    /// Reads a number as `Int`.
    mutating func readInt() throws(CedarError) -> Int {
        guard let value = Int(exactly: try readInteger()) else { throw CedarError(.malformed, "a number out of range") }
        return value
    }
}
