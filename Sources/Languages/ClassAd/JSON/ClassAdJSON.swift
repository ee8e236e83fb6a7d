package import JSON
import Text

/// Names of requested attributes, compared without regard to ASCII case.
package struct AttributeProjection: Sendable {
    private let names: [UInt32: [String]]

    package init(_ names: [String]) {
        self.names = Dictionary(grouping: names, by: AttributeName.hash)
    }

    package func contains(_ name: String) -> Bool {
        names[AttributeName.hash(name)]?.contains { AttributeName.equal($0, name) } ?? false
    }

    func contains(_ name: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Bool {
        guard let candidates = names[hash] else { return false }
        return candidates.contains { candidate in
            var candidate = candidate
            return candidate.withUTF8 { AttributeName.equal($0, name) }
        }
    }
}

extension WireAd {
    /// Writes the ad as one JSON object: literals as JSON literals, `undefined` as null, lists and ads as arrays and objects, and every other
    /// expression as `"\/Expr(text)\/"` with the text in new syntax, as `condor_q -json` does.
    ///
    /// Attributes appear in line order, each once; private ones never appear.
    package func writeJSON(into writer: inout JSONWriter, projection: AttributeProjection? = nil) {
        bytes.withUnsafeBufferPointer { bytes in
            writer.beginObject()
            writer.reserve(bytes.count + lines.count * 4)
            for line in lines where !line.isDead {
                let name = WireAd.name(of: line, bytes)
                if WireAd.isPrivate(name) { continue }
                if let projection, !projection.contains(name, line.hash) { continue }
                writer.separate()
                writer.quoted(name)
                writer.put(UInt8(ascii: ":"))
                writer.transcode(UnsafeBufferPointer(rebasing: bytes[Int(line.value)..<Int(line.end)]))
            }
            writer.endObject()
        }
    }
}

extension ClassAd {
    /// Writes the ad as one JSON object, by the rules for wire ads.
    package func writeJSON(into writer: inout JSONWriter, projection: AttributeProjection? = nil) {
        writer.beginObject()
        for (name, expression) in self {
            if WireAd.isPrivateAttribute(name) { continue }
            if let projection, !projection.contains(name) { continue }
            writer.classAdName(name)
            expression.writeJSON(into: &writer)
        }
        writer.endObject()
    }
}

extension Value {
    /// Writes the value by the rules for ads.
    package func writeJSON(into writer: inout JSONWriter) {
        ExprTree.literal(self).writeJSON(into: &writer)
    }
}

extension ExprTree {
    /// Writes the expression by the rules for ads.
    package func writeJSON(into writer: inout JSONWriter) {
        writer.write(arena, root)
    }
}

extension JSONWriter {
    /// The remaining work for a nested list or ad.
    private enum Work {
        case node(Int32)
        case name(Int32)
        case end(UInt8)
    }

    /// Writes a finite number as HTCondor prints reals (`%.16G`, at least one decimal), and NaN and the infinities as expressions.
    mutating func value(real value: Double) {
        separate()
        var unparser = Unparser(.old)
        unparser.write(real: value)
        if value.isFinite {
            unparser.output.withUnsafeBufferPointer { raw($0) }
        } else {
            put("\"\\/Expr(")
            unparser.output.withUnsafeBufferPointer { escaped($0) }
            put(")\\/\"")
        }
    }

    fileprivate mutating func classAdName(_ name: String) {
        separate()
        let bytes = name.withClassAdBytes { Array($0) }
        bytes.withUnsafeBufferPointer { quoted($0) }
        put(UInt8(ascii: ":"))
    }

    /// Writes a node. Iterative, so that any depth is fine.
    fileprivate mutating func write(_ arena: Arena, _ root: Int32) {
        var work: [Work] = [.node(root)]
        while let next = work.popLast() {
            switch next {
            case .end(let byte): put(byte)
            case .name(let index): classAdName(arena.strings[Int(index)])
            case .node(let index):
                let node = arena.nodes[Int(index)]
                switch node.kind {
                case .undefined: null()
                case .boolean: value(node.bits != 0)
                case .integer: value(node.integer)
                case .real: value(real: node.real)
                case .string:
                    separate()
                    let bytes = arena.strings[Int(node.a)].withClassAdBytes { Array($0) }
                    bytes.withUnsafeBufferPointer { quoted($0) }
                case .list:
                    beginArray()
                    work.append(.end(UInt8(ascii: "]")))
                    for part in arena.parts(of: index).reversed() { work.append(.node(part)) }
                case .ad:
                    beginObject()
                    work.append(.end(UInt8(ascii: "}")))
                    for member in arena.members[Int(node.a)..<Int(node.a) + Int(node.b)].reversed()
                    where !WireAd.isPrivateAttribute(arena.strings[Int(member.name)]) {
                        work.append(.node(member.value))
                        work.append(.name(member.name))
                    }
                case .error, .absoluteTime, .relativeTime, .attribute, .operation, .call:
                    separate()
                    var unparser = Unparser(.new)
                    unparser.write(index, of: arena)
                    put("\"\\/Expr(")
                    unparser.output.withUnsafeBufferPointer { escaped($0) }
                    put(")\\/\"")
                }
            }
        }
    }

    /// Writes an expression, given as wire text, as JSON. Literals and most expressions need no tree.
    mutating func transcode(_ text: UnsafeBufferPointer<UInt8>) {
        switch WireLiteral(text).shape {
        case .integer, .real: raw(text)
        case .plainString, .escapedString:
            put(UInt8(ascii: "\""))
            escaped(oldString: UnsafeBufferPointer(rebasing: text[1..<text.count - 1]))
            put(UInt8(ascii: "\""))
        case .yes: put("true")
        case .no: put("false")
        case .undefined: put("null")
        case .error: put("\"\\/Expr(error)\\/\"")
        case .expression:
            if !transcodeExpression(text) { transcodeTree(text) }
        }
    }

    private mutating func transcodeTree(_ text: UnsafeBufferPointer<UInt8>) {
        do throws(ClassAdError) {
            var parser = try Parser(text, syntax: .old)
            let root = try parser.expression()
            write(Arena(parser.builder), root)
        } catch {
            put("\"\\/Expr(error)\\/\"")
        }
    }

    /// Copies text that is the same in both syntaxes except for `=?=` and `=!=`. Otherwise returns false and writes nothing.
    private mutating func transcodeExpression(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // Lists and ads become JSON arrays and objects, and a number may be a literal after all.
        guard let first = text.first, AttributeName.startsName(first) || first == UInt8(ascii: "(") || first == UInt8(ascii: "\"") || first == 0x20
        else {
            return false
        }
        var hasMetaOperator = false
        var i = 0
        while i < text.count {
            let byte = text[i]
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"): return false
            case UInt8(ascii: "."):
                if i > 0, ASCII.isDigit(text[i - 1]) { return false }
            case UInt8(ascii: "="):
                if i + 1 < text.count, text[i + 1] == UInt8(ascii: "?") || text[i + 1] == UInt8(ascii: "!") { hasMetaOperator = true }
            case 0x20...0x7E: break
            default: return false
            }
            i += 1
        }
        put("\"\\/Expr(")
        if hasMetaOperator {
            replaceMetaOperators(text)
        } else {
            escaped(text)
        }
        put(")\\/\"")
        return true
    }

    private mutating func replaceMetaOperators(_ text: UnsafeBufferPointer<UInt8>) {
        var isQuoted = false
        var copied = 0
        var i = 0
        while i < text.count {
            if text[i] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, text[i] == UInt8(ascii: "="), i + 2 < text.count, text[i + 2] == UInt8(ascii: "="),
                text[i + 1] == UInt8(ascii: "?") || text[i + 1] == UInt8(ascii: "!")
            {
                escaped(UnsafeBufferPointer(rebasing: text[copied..<i]))
                if text[i + 1] == UInt8(ascii: "?") { put("is") } else { put("isnt") }
                i += 3
                copied = i
            } else {
                i += 1
            }
        }
        escaped(UnsafeBufferPointer(rebasing: text[copied...]))
    }
}
