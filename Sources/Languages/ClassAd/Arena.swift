/// A node of an expression. Children are indices into the same arena.
struct Node: Sendable {
    enum Kind: UInt8, Sendable {
        case undefined, error, boolean, integer, real, string, absoluteTime, relativeTime
        /// `name`, `.name` (absolute) or `a.name`.
        case attribute
        case operation
        case call
        case list
        case ad
    }

    var kind: Kind
    var op: Operator = .parentheses
    /// attribute: written with a leading dot.
    var isAbsolute = false
    /// call: the function, if it is a built-in one.
    var function: BuiltinFunction?
    /// operation: first operand; attribute: the expression before the dot or -1; call, list, ad: first index in `children` or `members`;
    /// string: index in `strings`; absoluteTime: the offset.
    var a: Int32 = -1
    /// operation: second operand; call, list, ad: count; attribute: index of the name in `strings`.
    var b: Int32 = -1
    /// operation: third operand; call: index of the name in `strings`.
    var c: Int32 = -1
    /// The bits of a number; attribute: the hash of the name.
    var bits: UInt64 = 0

    @inline(__always) var integer: Int64 { Int64(bitPattern: bits) }
    @inline(__always) var real: Double { Double(bitPattern: bits) }
    @inline(__always) var hash: UInt32 { UInt32(truncatingIfNeeded: bits) }
}

/// An attribute of an ad within an expression.
struct Member: Sendable {
    /// Index of the name in `strings`.
    var name: Int32
    var hash: UInt32
    var value: Int32
}

/// The nodes of one or more expressions in a contiguous array. Evaluation needs no reference counting, and release needs no recursion.
final class Arena: Sendable {
    let nodes: ContiguousArray<Node>
    let children: ContiguousArray<Int32>
    let members: ContiguousArray<Member>
    let strings: ContiguousArray<String>

    init(_ builder: ArenaBuilder) {
        nodes = builder.nodes
        children = builder.children
        members = builder.members
        strings = builder.strings
    }

    /// The member called `name` of the ad at `index`; the last one if there are several.
    func member(of index: Int32, named name: String, hash: UInt32) -> Member? {
        let ad = nodes[Int(index)]
        var i = Int(ad.a) + Int(ad.b) - 1
        while i >= Int(ad.a) {
            let member = members[i]
            if member.hash == hash, AttributeName.equal(strings[Int(member.name)], name) { return member }
            i -= 1
        }
        return nil
    }
}

/// Collects the nodes of an arena. Children come before their parents.
struct ArenaBuilder {
    var nodes: ContiguousArray<Node> = []
    var children: ContiguousArray<Int32> = []
    var members: ContiguousArray<Member> = []
    var strings: ContiguousArray<String> = []

    mutating func append(_ node: Node) -> Int32 {
        nodes.append(node)
        return Int32(truncatingIfNeeded: nodes.count - 1)
    }

    mutating func append(_ string: String) -> Int32 {
        strings.append(string)
        return Int32(truncatingIfNeeded: strings.count - 1)
    }

    mutating func constant(_ kind: Node.Kind) -> Int32 { append(Node(kind: kind)) }
    mutating func boolean(_ value: Bool) -> Int32 { append(Node(kind: .boolean, bits: value ? 1 : 0)) }
    mutating func integer(_ value: Int64) -> Int32 { append(Node(kind: .integer, bits: UInt64(bitPattern: value))) }
    mutating func real(_ value: Double) -> Int32 { append(Node(kind: .real, bits: value.bitPattern)) }
    mutating func relativeTime(_ value: Double) -> Int32 { append(Node(kind: .relativeTime, bits: value.bitPattern)) }

    mutating func absoluteTime(_ value: AbsoluteTime) -> Int32 {
        append(Node(kind: .absoluteTime, a: value.offset, bits: UInt64(bitPattern: value.seconds)))
    }

    mutating func string(_ value: String) -> Int32 {
        let index = append(value)
        return append(Node(kind: .string, a: index))
    }

    mutating func attribute(_ name: String, of parent: Int32 = -1, absolute: Bool = false) -> Int32 {
        let hash = AttributeName.hash(name)
        let index = append(name)
        return append(Node(kind: .attribute, isAbsolute: absolute, a: parent, b: index, bits: UInt64(hash)))
    }

    mutating func operation(_ op: Operator, _ a: Int32, _ b: Int32 = -1, _ c: Int32 = -1) -> Int32 {
        append(Node(kind: .operation, op: op, a: a, b: b, c: c))
    }

    mutating func call(_ name: String, _ arguments: some Collection<Int32>) -> Int32 {
        let first = Int32(truncatingIfNeeded: children.count)
        children.append(contentsOf: arguments)
        let index = append(name)
        return append(
            Node(
                kind: .call, function: BuiltinFunction.named(name), a: first, b: Int32(truncatingIfNeeded: arguments.count), c: index))
    }

    mutating func list(_ elements: some Collection<Int32>) -> Int32 {
        let first = Int32(truncatingIfNeeded: children.count)
        children.append(contentsOf: elements)
        return append(Node(kind: .list, a: first, b: Int32(truncatingIfNeeded: elements.count)))
    }

    /// Appends an ad. Of several members with one name, the last value counts, with the spelling and place of the first.
    mutating func ad(_ pairs: some Collection<(name: String, value: Int32)>) -> Int32 {
        var known: [UInt32: [Int]] = [:]
        let first = members.count
        for (name, value) in pairs {
            let hash = AttributeName.hash(name)
            var replaced = false
            if pairs.count <= 8 {
                for i in first..<members.count where members[i].hash == hash && AttributeName.equal(strings[Int(members[i].name)], name) {
                    members[i].value = value
                    replaced = true
                }
            } else {
                for i in known[hash] ?? [] where AttributeName.equal(strings[Int(members[i].name)], name) {
                    members[i].value = value
                    replaced = true
                }
                if !replaced { known[hash, default: []].append(members.count) }
            }
            if !replaced { members.append(Member(name: append(name), hash: hash, value: value)) }
        }
        return append(
            Node(kind: .ad, a: Int32(truncatingIfNeeded: first), b: Int32(truncatingIfNeeded: members.count - first)))
    }

    /// Copies the expression at `root` of another arena.
    ///
    /// Works in post-order without recursion, so that any depth is fine.
    mutating func copy(_ root: Int32, of arena: Arena) -> Int32 {
        var work: [(node: Int32, isReady: Bool)] = [(root, false)]
        var results: [Int32] = []
        while let (index, isReady) = work.popLast() {
            let node = arena.nodes[Int(index)]
            let parts = arena.parts(of: index)
            guard isReady || parts.isEmpty else {
                work.append((index, true))
                for part in parts.reversed() { work.append((part, false)) }
                continue
            }
            let copied = Array(results.suffix(parts.count))
            results.removeLast(parts.count)
            results.append(rebuild(node, copied, of: arena))
        }
        return results.last ?? constant(.error)
    }

    private mutating func rebuild(_ node: Node, _ parts: [Int32], of arena: Arena) -> Int32 {
        switch node.kind {
        case .undefined, .error, .boolean, .integer, .real, .absoluteTime, .relativeTime:
            return append(node)
        case .string:
            return string(arena.strings[Int(node.a)])
        case .attribute:
            return attribute(arena.strings[Int(node.b)], of: parts.first ?? -1, absolute: node.isAbsolute)
        case .operation:
            return operation(node.op, parts[0], parts.count > 1 ? parts[1] : -1, parts.count > 2 ? parts[2] : -1)
        case .call:
            return call(arena.strings[Int(node.c)], parts)
        case .list:
            return list(parts)
        case .ad:
            let members = arena.members[Int(node.a)..<Int(node.a) + Int(node.b)]
            return ad(zip(members, parts).map { (name: arena.strings[Int($0.name)], value: $1) })
        }
    }
}

extension Arena {
    /// The child nodes of the node at `index`, in text order.
    func parts(of index: Int32) -> [Int32] {
        let node = nodes[Int(index)]
        switch node.kind {
        case .undefined, .error, .boolean, .integer, .real, .string, .absoluteTime, .relativeTime:
            return []
        case .attribute:
            return node.a >= 0 ? [node.a] : []
        case .operation:
            return [node.a, node.b, node.c].filter { $0 >= 0 }
        case .call, .list:
            return Array(children[Int(node.a)..<Int(node.a) + Int(node.b)])
        case .ad:
            return members[Int(node.a)..<Int(node.a) + Int(node.b)].map(\.value)
        }
    }
}
