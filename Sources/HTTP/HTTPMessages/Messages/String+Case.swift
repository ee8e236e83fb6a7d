extension String {
    /// Whether two texts are equal but for the case of ASCII letters.
    package func isASCIICaseInsensitivelyEqual(to other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { pair in
            let (first, second) = pair
            return first == second || ((first ^ second) == 0x20 && (97...122).contains(first | 0x20))
        }
    }
}
