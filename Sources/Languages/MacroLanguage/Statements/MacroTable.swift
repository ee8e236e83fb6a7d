/// A named macro, with additional data of its language.
package protocol NamedMacro: Sendable {
    /// The name in the form used for lookups.
    var key: MacroName { get }
}

/// Macros in the order of their first assignment, found by name without regard to ASCII case.
package struct MacroTable<Item: NamedMacro>: Sendable {
    package private(set) var items: [Item] = []
    private var positions: [MacroName: Int] = [:]

    package init() {}

    /// The index in `items`; nil if there is no such macro.
    package func position(of key: MacroName) -> Int? { positions[key] }

    package subscript(position: Int) -> Item {
        get { items[position] }
        set { items[position] = newValue }
    }

    /// Adds a macro with a new name.
    package mutating func append(_ item: Item) {
        positions[item.key] = items.count
        items.append(item)
    }

    /// Sorts the macros by name, as HTCondor does before it makes jobs. This is the order in which families of names (`request_*`) are processed.
    package mutating func sort() {
        items.sort { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
        positions = [:]
        for (position, item) in items.enumerated() { positions[item.key] = position }
    }
}
