/// Lists of names in job ads, such as `TransferInput`.
enum NameList {
    /// The names in a comma-separated list, trimmed; empty names are skipped.
    static func split(_ text: String?) -> [String] {
        (text ?? "").utf8.split(separator: UInt8(ascii: ",")).compactMap { part in
            let trimmed = part.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
            return trimmed.isEmpty ? nil : String(decoding: Array(trimmed), as: UTF8.self)
        }
    }
}
