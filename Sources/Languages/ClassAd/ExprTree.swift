/// An expression of the ClassAd language. Immutable and cheap to copy.
package struct ExprTree: Sendable {
    let arena: Arena
    let root: Int32

    init(arena: Arena, root: Int32) {
        self.arena = arena
        self.root = root
    }

    init(_ build: (inout ArenaBuilder) -> Int32) {
        var builder = ArenaBuilder()
        let root = build(&builder)
        self.init(arena: Arena(builder), root: root)
    }

    // MARK: Text

    /// Parses `text`, which must be exactly one expression; white space and comments around it are allowed.
    ///
    /// Nesting is limited as in HTCondor (500 levels, some 165 parentheses).
    /// - Throws: the error, with its line and column in `text`.
    package static func parse(_ text: String, syntax: ClassAdSyntax = .new) throws(ClassAdError) -> ExprTree {
        var copy = text
        let result: Result<ExprTree, ClassAdError> = copy.withUTF8 { bytes in
            do throws(ClassAdError) { return .success(try parse(bytes, syntax: syntax)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Parses bytes, which need not be UTF-8.
    package static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, syntax: ClassAdSyntax = .new
    ) throws(ClassAdError) -> ExprTree {
        var parser = try Parser(bytes, syntax: syntax)
        let root = try parser.expression()
        try parser.requireEnd()
        return ExprTree(arena: Arena(parser.builder), root: root)
    }

    /// The expression in HTCondor's spelling.
    ///
    /// The text follows the tree: a nested operation is put into parentheses only if the tree has a parentheses node there. `conjunction` and the
    /// other builders insert such nodes where the text would otherwise have another meaning.
    package func unparsed(_ syntax: ClassAdSyntax = .old) -> String {
        String(classAdBytes: unparsedBytes(syntax))
    }

    /// The same as bytes, in the form for the wire.
    package func unparsedBytes(_ syntax: ClassAdSyntax = .old) -> [UInt8] {
        var unparser = Unparser(syntax)
        unparser.write(root, of: arena)
        return unparser.output
    }

    /// The text to send to a daemon, in old syntax, which reads back as exactly this tree.
    ///
    /// HTCondor's own rendering (`unparsed`) does not always do so. A string that ends in a backslash, a quote before a line feed, and quoted names
    /// after a dot or before an argument list change the meaning of what follows, which would let a condition break out of its parentheses. Here
    /// such strings become calls of `substr` and `strcat`, and such names keep their quotes.
    package var wireBytes: [UInt8] {
        var unparser = Unparser(.old, isFaithful: true)
        unparser.write(root, of: arena)
        return unparser.output
    }

    /// `wireBytes` as a string.
    package var wireText: String { String(classAdBytes: wireBytes) }

    // MARK: Shape

    var node: Node { arena.nodes[Int(root)] }

    func subtree(_ index: Int32) -> ExprTree { ExprTree(arena: arena, root: index) }

    /// The value, if the expression is a literal, a list or an ad (whose elements are not evaluated).
    package var literalValue: Value? {
        let node = node
        switch node.kind {
        case .undefined: return .undefined
        case .error: return .error
        case .boolean: return .boolean(node.bits != 0)
        case .integer: return .integer(node.integer)
        case .real: return .real(node.real)
        case .string: return .string(arena.strings[Int(node.a)])
        case .absoluteTime: return .absoluteTime(AbsoluteTime(seconds: node.integer, offset: node.a))
        case .relativeTime: return .relativeTime(node.real)
        case .list: return .list(arena.parts(of: root).map(subtree))
        case .ad: return .ad(ClassAd(arena: arena, index: root))
        case .attribute, .operation, .call: return nil
        }
    }

    /// The value, if it is stored in the node itself. A literal duration evaluates to a plain number.
    var constantValue: Value? {
        switch literalValue {
        case .relativeTime(let seconds): .real(seconds)
        case let value: value
        }
    }

    /// The name, if the expression is a bare attribute reference (`Owner`, not `MY.Owner`).
    package var attributeName: String? {
        let node = node
        return node.kind == .attribute && node.a < 0 && !node.isAbsolute ? arena.strings[Int(node.b)] : nil
    }

    /// The operator and its operands, if the expression is an operation.
    package var operation: (op: Operator, operands: [ExprTree])? {
        let node = node
        return node.kind == .operation ? (node.op, arena.parts(of: root).map(subtree)) : nil
    }

    /// The function's name as written and its arguments, if the expression is a call.
    package var functionCall: (name: String, arguments: [ExprTree])? {
        let node = node
        return node.kind == .call ? (arena.strings[Int(node.c)], arena.parts(of: root).map(subtree)) : nil
    }
}

extension ExprTree: Hashable {
    /// Whether both are the same tree, with names in the same spelling and numbers of the same type.
    package static func == (a: ExprTree, b: ExprTree) -> Bool {
        if a.arena === b.arena, a.root == b.root { return true }
        return a.unparsedBytes(.new) == b.unparsedBytes(.new)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(unparsedBytes(.new))
    }
}

extension ExprTree: CustomStringConvertible {
    package var description: String { unparsed(.old) }
}
