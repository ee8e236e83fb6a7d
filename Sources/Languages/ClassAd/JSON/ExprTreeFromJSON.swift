import Diagnostics
package import JSON

extension ExprTree {
    /// The expression for a JSON value, in one of the forms that `writeJSON` writes, or `{"expr": "text"}`.
    ///
    /// A string `/Expr(text)/` is an expression whether or not its slashes are escaped, because clients that decode and encode JSON drop the
    /// escapes. Expression text is in new syntax.
    package static func fromJSON(_ json: JSONValue) throws(ClassAdError) -> ExprTree {
        var builder = ArenaBuilder()
        let root = try builder.append(json)
        return ExprTree(arena: Arena(builder), root: root)
    }
}

extension ClassAd {
    /// The ad for a JSON object. Two members whose names differ only in case are an error.
    package static func fromJSON(_ json: JSONValue) throws(ClassAdError) -> ClassAd {
        guard case .object(let members) = json else {
            throw ClassAdError(Diagnostic(.error, "the JSON text is \(json.kind)", expected: "an object of attributes"))
        }
        var ad = ClassAd()
        for member in members {
            guard ad[member.name] == nil else { throw member.error("the attribute '\(member.name)' occurs twice") }
            guard !member.name.isEmpty else { throw member.error("an attribute has no name") }
            ad[member.name] = try ExprTree.fromJSON(member.value)
        }
        return ad
    }
}

extension JSONValue.Member {
    fileprivate func error(_ message: String) -> ClassAdError {
        ClassAdError(Diagnostic(.error, message, line: place?.line ?? 0, column: place?.column ?? 0))
    }
}

extension ArenaBuilder {
    /// JSON is parsed with a depth limit, so recursion is bounded.
    fileprivate mutating func append(_ json: JSONValue) throws(ClassAdError) -> Int32 {
        switch json {
        case .null: return constant(.undefined)
        case .bool(let value): return boolean(value)
        case .integer(let value): return integer(value)
        case .number(let value): return real(value)
        case .string(let value):
            if let text = ArenaBuilder.expressionText(value) { return try append(expression: text) }
            guard !value.utf8.contains(0) else { throw ClassAdError(Diagnostic(.error, "a string contains a NUL character")) }
            return string(value)
        case .array(let values):
            var elements: [Int32] = []
            for value in values { elements.append(try append(value)) }
            return list(elements)
        case .object(let members):
            if members.count == 1, members[0].name == "expr", case .string(let text) = members[0].value {
                return try append(expression: text)
            }
            var pairs: [(name: String, value: Int32)] = []
            var seen: Set<[UInt8]> = []
            for member in members {
                guard !member.name.isEmpty else { throw member.error("an attribute has no name") }
                guard seen.insert(member.name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }).inserted else {
                    throw member.error("the attribute '\(member.name)' occurs twice")
                }
                pairs.append((member.name, try append(member.value)))
            }
            return ad(pairs)
        }
    }

    private mutating func append(expression text: String) throws(ClassAdError) -> Int32 {
        let tree = try ExprTree.parse(text, syntax: .new)
        return copy(tree.root, of: tree.arena)
    }

    private static func expressionText(_ text: String) -> String? {
        let bytes = text.utf8
        guard bytes.count >= 8, text.hasPrefix("/Expr("), text.hasSuffix(")/") else { return nil }
        return String(text.dropFirst(6).dropLast(2))
    }
}
