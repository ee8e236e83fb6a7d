import Text

/// The metaknobs of HTCondor 25.14: named groups of statements, which a configuration inserts by `use CATEGORY:NAME(arguments)`. Conditions in both
/// languages can test for them with `defined use`.
package enum Metaknobs {
    package struct Metaknob: Sendable {
        /// The category, and the name, in HTCondor's spelling.
        package var category: String
        package var name: String
        /// The statements, one per line.
        package var template: [UInt8]
    }

    private static let categories = parse(metaknobTable)

    /// A category's metaknobs by name. Only the part of `name` before a colon counts. Nil for an unknown category.
    package static func category(_ name: some Collection<UInt8>) -> [MacroName: Metaknob]? {
        categories[MacroName(name.prefix { $0 != ASCII.colon })]
    }

    /// The names of all categories in HTCondor's spelling, unordered.
    package static var categoryNames: [String] { categories.values.compactMap { $0.values.first?.category } }

    private static func parse(_ table: StaticString) -> [MacroName: [MacroName: Metaknob]] {
        var categories: [MacroName: [MacroName: Metaknob]] = [:]
        var current: Metaknob?
        func finish() {
            guard let current else { return }
            categories[MacroName(current.category), default: [:]][MacroName(current.name)] = current
        }
        table.withUTF8Buffer { text in
            for line in text.split(separator: ASCII.newline) {
                let line = ASCII.trimmed(Array(line)[...])
                if line.starts(with: "[$".utf8), line.last == UInt8(ascii: "]") {
                    finish()
                    let title = line.dropFirst(2).dropLast()
                    let dot = title.firstIndex(of: ASCII.dot) ?? title.endIndex
                    current = Metaknob(
                        category: String(decoding: title[..<dot], as: UTF8.self),
                        name: String(decoding: title[dot...].dropFirst(), as: UTF8.self), template: [])
                } else {
                    current?.template.append(contentsOf: line)
                    current?.template.append(ASCII.newline)
                }
            }
        }
        finish()
        return categories
    }
}
