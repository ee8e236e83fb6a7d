/// A macro with a name, and whatever its language keeps with it.
package protocol NamedMacro: Sendable {
    /// The name as look-ups compare it.
    var key: MacroName { get }
}

/// Macros in the order of their first assignment, found by name without regard to ASCII case.
package struct MacroTable<Item: NamedMacro>: Sendable {
    package private(set) var items: [Item] = []
    private var positions: [MacroName: Int] = [:]

    package init() {}

    /// The position in `items`; nil if there is no such macro.
    package func position(of key: MacroName) -> Int? { positions[key] }

    package subscript(position: Int) -> Item {
        get { items[position] }
        set { items[position] = newValue }
    }

    /// Adds a macro whose name is new.
    package mutating func append(_ item: Item) {
        positions[item.key] = items.count
        items.append(item)
    }

    /// Orders the macros by name, as HTCondor does before it makes jobs: the order in which families of names (`request_*`) are walked.
    package mutating func sort() {
        items.sort { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
        positions = [:]
        for (position, item) in items.enumerated() { positions[item.key] = position }
    }
}
