/// A set of named expressions. Names ignore ASCII case; their spelling and the order of insertion are preserved.
package struct ClassAd: Sendable {
    struct Entry: Sendable {
        var name: String
        var hash: UInt32
        var expression: ExprTree
    }

    private(set) var entries: [Entry] = []
    /// An open-addressing hash table of indices into `entries`, plus 1; 0 marks a free place. Empty while linear search is fast enough.
    private var table: [Int32] = []

    /// An ad without attributes.
    package init() {}

    init(arena: Arena, index: Int32) {
        let node = arena.nodes[Int(index)]
        entries.reserveCapacity(Int(node.b))
        for member in arena.members[Int(node.a)..<Int(node.a) + Int(node.b)] {
            setExpression(arena.strings[Int(member.name)], member.hash, ExprTree(arena: arena, root: member.value))
        }
    }

    // MARK: Attributes

    /// The number of attributes.
    package var count: Int { entries.count }

    package var isEmpty: Bool { entries.isEmpty }

    /// The names, in order of insertion.
    package var names: [String] { entries.map(\.name) }

    /// An attribute's expression. Assigning nil removes the attribute; assigning to an existing one keeps its place and spelling.
    package subscript(_ name: String) -> ExprTree? {
        get { position(name, AttributeName.hash(name)).map { entries[$0].expression } }
        set {
            if let newValue {
                setExpression(name, AttributeName.hash(name), newValue)
            } else {
                remove(name)
            }
        }
    }

    package mutating func set(_ name: String, _ value: Value) { self[name] = .literal(value) }
    package mutating func set(_ name: String, _ value: String) { self[name] = .string(value) }
    package mutating func set(_ name: String, _ value: some BinaryInteger) { self[name] = .integer(value) }
    package mutating func set(_ name: String, _ value: Double) { self[name] = .real(value) }
    package mutating func set(_ name: String, _ value: Bool) { self[name] = .boolean(value) }
    package mutating func set(_ name: String, _ value: ExprTree) { self[name] = value }

    /// Removes an attribute and returns its expression; nil if there was none.
    @discardableResult
    package mutating func remove(_ name: String) -> ExprTree? {
        guard let position = position(name, AttributeName.hash(name)) else { return nil }
        let removed = entries.remove(at: position)
        rebuildTable()
        return removed.expression
    }

    /// Sets every attribute of `other`.
    package mutating func merge(_ other: ClassAd) {
        for entry in other.entries { setExpression(entry.name, entry.hash, entry.expression) }
    }

    // MARK: Look-up

    func position(_ name: String, _ hash: UInt32) -> Int? {
        if table.isEmpty {
            for i in entries.indices where entries[i].hash == hash && AttributeName.equal(entries[i].name, name) { return i }
            return nil
        }
        let mask = table.count - 1
        var slot = Int(hash) & mask
        while table[slot] != 0 {
            let i = Int(table[slot]) - 1
            if entries[i].hash == hash, AttributeName.equal(entries[i].name, name) { return i }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func setExpression(_ name: String, _ hash: UInt32, _ expression: ExprTree) {
        if let position = position(name, hash) {
            entries[position].expression = expression
            return
        }
        entries.append(Entry(name: name, hash: hash, expression: expression))
        if entries.count > 8 {
            if entries.count * 2 > table.count {
                rebuildTable()
            } else {
                enter(entries.count - 1)
            }
        }
    }

    private mutating func rebuildTable() {
        guard entries.count > 8 else {
            table = []
            return
        }
        var size = 32
        while size < entries.count * 3 { size *= 2 }
        table = [Int32](repeating: 0, count: size)
        for i in entries.indices { enter(i) }
    }

    private mutating func enter(_ position: Int) {
        let mask = table.count - 1
        var slot = Int(entries[position].hash) & mask
        while table[slot] != 0 { slot = (slot + 1) & mask }
        table[slot] = Int32(truncatingIfNeeded: position + 1)
    }
}

extension ClassAd: Sequence {
    package typealias Element = (name: String, expression: ExprTree)

    package struct Iterator: IteratorProtocol {
        fileprivate var base: IndexingIterator<[Entry]>

        package mutating func next() -> Element? {
            base.next().map { ($0.name, $0.expression) }
        }
    }

    /// The attributes in order of insertion.
    package func makeIterator() -> Iterator { Iterator(base: entries.makeIterator()) }

    package var underestimatedCount: Int { entries.count }
}

extension ClassAd: Hashable {
    /// Whether both have the same attributes with the same trees, regardless of order and the case of names.
    package static func == (a: ClassAd, b: ClassAd) -> Bool {
        a.count == b.count && a.entries.allSatisfy { b[$0.name] == $0.expression }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(entries.reduce(0) { $0 ^ $1.hash })
    }
}

extension ClassAd: CustomStringConvertible {
    package var description: String { unparsed(.new) }
}
