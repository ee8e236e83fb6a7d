import Text

/// Writes expressions byte for byte like HTCondor (src/classad/sink.cpp).
struct Unparser {
    let syntax: ClassAdSyntax
    /// Whether lists and ads are spread over indented lines, like HTCondor's pretty printer does.
    private let indents: Bool
    /// Whether the text must read back as the same tree, even where HTCondor's own text would not.
    private let isFaithful: Bool
    private(set) var output: [UInt8] = []
    private var indentation = 0

    init(_ syntax: ClassAdSyntax, indents: Bool = false, isFaithful: Bool = false) {
        self.syntax = syntax
        self.indents = indents
        self.isFaithful = isFaithful
    }

    mutating func write(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ text: String) {
        output.append(contentsOf: text.utf8)
    }

    /// The remaining work for an expression, last item first.
    private enum Work {
        case node(Int32)
        case text(StaticString)
        case name(Int32)
        case rawName(Int32)
        /// The elements of a list, or the arguments of a call, from one index in `children` to another.
        case elements(Int32, Int32, isList: Bool)
        /// Changes the indentation and starts a line.
        case line(Int)
        case indent(Int)
    }

    /// Writes the expression at `root`. Iterative, so that any depth is fine.
    mutating func write(_ root: Int32, of arena: Arena) {
        var work: [Work] = [.node(root)]
        while let next = work.popLast() {
            switch next {
            case .text(let text): write(text)
            case .name(let index): write(name: arena.strings[Int(index)])
            case .rawName(let index): writeUnquoted(name: arena.strings[Int(index)])
            case .elements(let next, let end, let isList):
                if next + 1 < end {
                    work.append(.elements(next + 1, end, isList: isList))
                    work.append(.text(","))
                }
                if indents, isList { startLine(0) }
                work.append(.node(arena.children[Int(next)]))
            case .indent(let change): indentation += change
            case .line(let change): startLine(change)
            case .node(let index): write(index, of: arena, &work)
            }
        }
    }

    private mutating func write(_ index: Int32, of arena: Arena, _ work: inout [Work]) {
        let node = arena.nodes[Int(index)]
        if isFaithful, syntax == .old, hasUnquotableName(node, of: arena) {
            // Only the new syntax can express the name.
            var unparser = Unparser(.new, isFaithful: true)
            unparser.write(index, of: arena)
            write("eval(")
            writeFaithfully(string: String(classAdBytes: unparser.output), isLast: false)
            write(")")
            return
        }
        switch node.kind {
        case .undefined: write("undefined")
        case .error: write("error")
        case .boolean: write(node.bits != 0 ? "true" : "false")
        case .integer: write(integer: node.integer)
        case .real: write(real: node.real)
        case .string:
            if isFaithful {
                writeFaithfully(string: arena.strings[Int(node.a)], isLast: work.isEmpty)
            } else {
                write(string: arena.strings[Int(node.a)])
            }
        case .absoluteTime:
            write("absTime(\"")
            write(AbsoluteTime(seconds: node.integer, offset: node.a).text)
            write("\")")
        case .relativeTime:
            write("relTime(\"")
            write(relativeTimeText(node.real))
            write("\")")
        case .attribute:
            if node.a >= 0 {
                let base = arena.nodes[Int(node.a)].kind
                // A point after a number would be read as part of the number.
                let isNumber = isFaithful && (base == .integer || base == .real)
                if isNumber { write("(") }
                work.append(.rawName(node.b))
                work.append(.text(isNumber ? ")." : "."))
                work.append(.node(node.a))
            } else {
                if node.isAbsolute { write(".") }
                write(name: arena.strings[Int(node.b)])
            }
        case .operation: writeOperation(node, &work)
        case .call:
            writeUnquoted(name: arena.strings[Int(node.c)])
            write("(")
            work.append(.text(")"))
            pushElements(node, &work)
        case .list:
            indents ? openIndented("{", 3) : write("{ ")
            closeIndented(indents ? "}" : " }", 3, &work)
            pushElements(node, &work)
        case .ad:
            indents ? openIndented("[", 4) : write("[ ")
            closeIndented(indents ? "]" : " ]", 4, &work)
            let members = arena.members[Int(node.a)..<Int(node.a) + Int(node.b)].sorted {
                AttributeName.precedes(arena.strings[Int($0.name)], arena.strings[Int($1.name)])
            }
            for (position, member) in members.enumerated().reversed() {
                work.append(.node(member.value))
                work.append(.text(" = "))
                work.append(.name(member.name))
                if indents { work.append(.line(0)) }
                if position > 0 { work.append(.text("; ")) }
            }
        }
    }

    private mutating func startLine(_ change: Int) {
        indentation += change
        write("\n")
        for _ in 0..<indentation { write(" ") }
    }

    private mutating func openIndented(_ bracket: StaticString, _ step: Int) {
        startLine(step)
        write(bracket)
        indentation += step
    }

    private func closeIndented(_ bracket: StaticString, _ step: Int, _ work: inout [Work]) {
        if indents { work.append(.indent(-step)) }
        work.append(.text(bracket))
        if indents { work.append(.line(-step)) }
    }

    private mutating func writeOperation(_ node: Node, _ work: inout [Work]) {
        switch node.op {
        case .parentheses:
            write("(")
            work.append(.text(")"))
            work.append(.node(node.a))
        case .plus, .minus, .not, .bitwiseNot:
            write(node.op.text(syntax))
            work.append(.node(node.a))
        case .conditional:
            work.append(.node(node.c))
            work.append(.text(" : "))
            work.append(.node(node.b))
            work.append(.text(" ? "))
            work.append(.node(node.a))
        case .subscript:
            work.append(.text("]"))
            work.append(.node(node.b))
            work.append(.text("["))
            work.append(.node(node.a))
        default:
            work.append(.node(node.b))
            work.append(.text(node.op.text(syntax)))
            work.append(.node(node.a))
        }
    }

    private func pushElements(_ node: Node, _ work: inout [Work]) {
        if node.b > 0 { work.append(.elements(node.a, node.a + node.b, isList: node.kind == .list)) }
    }

    // MARK: Literals

    mutating func write(integer: Int64) {
        if integer < 0 { output.append(UInt8(ascii: "-")) }
        var digits = integer.magnitude
        let start = output.count
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10))
            digits /= 10
        } while digits > 0
        output[start...].reverse()
    }

    mutating func write(real: Double) {
        if real == 0 {
            write(real.sign == .minus ? "-0.0" : "0.0")
        } else if real.isNaN {
            write("real(\"NaN\")")
        } else if real.isInfinite {
            write(real < 0 ? "real(\"-INF\")" : "real(\"INF\")")
        } else if syntax == .old {
            let text = formattedReal("%.16G", real)
            write(text)
            if !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) { write(".0") }
        } else {
            write(formattedReal("%1.15E", real))
        }
    }

    mutating func write(string: String) {
        output.append(UInt8(ascii: "\""))
        let syntax = syntax
        string.withClassAdBytes { bytes in
            Unparser.escape(bytes, delimiter: UInt8(ascii: "\""), syntax, into: &output)
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Writes a name after a dot or before an argument list, which HTCondor does not quote.
    private mutating func writeUnquoted(name: String) {
        if isFaithful {
            write(name: name)
        } else {
            name.withClassAdBytes { output.append(contentsOf: $0) }
        }
    }

    /// Whether a name in this node itself cannot be quoted in old syntax, where `\'` at the end of a line ends the name.
    private func hasUnquotableName(_ node: Node, of arena: Arena) -> Bool {
        func isUnquotable(_ index: Int32) -> Bool {
            arena.strings[Int(index)].withClassAdBytes { name in
                name.last == UInt8(ascii: "\\")
                    || zip(name, name.dropFirst()).contains { $0 == UInt8(ascii: "'") && $1 == UInt8(ascii: "\n") }
            }
        }
        switch node.kind {
        case .attribute: return isUnquotable(node.b)
        case .call: return isUnquotable(node.c)
        case .ad: return arena.members[Int(node.a)..<Int(node.a) + Int(node.b)].contains { isUnquotable($0.name) }
        default: return false
        }
    }

    /// Writes a string so that a reader of old syntax gets exactly this string.
    ///
    /// At the end of a line that reader takes `\"` for the end of the string, and a string that ends in a backslash is possible only at the very
    /// end of the text. Such strings are written as calls that produce them.
    private mutating func writeFaithfully(string: String, isLast: Bool) {
        guard syntax == .old else { return write(string: string) }
        var bytes = string.withClassAdBytes { Array($0) }
        let endsInBackslash = bytes.last == UInt8(ascii: "\\") && !isLast
        var pieces: [ArraySlice<UInt8>] = []
        if endsInBackslash { bytes.append(0x20) }
        var start = 0
        for i in bytes.indices.dropLast() where bytes[i] == UInt8(ascii: "\"") && bytes[i + 1] == UInt8(ascii: "\n") {
            pieces.append(bytes[start...i])
            start = i + 1
        }
        pieces.append(bytes[start...])
        if endsInBackslash { write("substr(") }
        if pieces.count > 1 { write("strcat(") }
        for (position, piece) in pieces.enumerated() {
            if position > 0 { write(",") }
            output.append(UInt8(ascii: "\""))
            piece.withUnsafeBufferPointer { Unparser.escape($0, delimiter: UInt8(ascii: "\""), syntax, into: &output) }
            output.append(UInt8(ascii: "\""))
        }
        if pieces.count > 1 { write(")") }
        if endsInBackslash {
            write(",0,")
            write(integer: Int64(bytes.count - 1))
            write(")")
        }
    }

    /// Writes an attribute name, in single quotes if it is not a plain one.
    mutating func write(name: String) {
        let syntax = syntax
        let (escaped, isPlain): ([UInt8], Bool) = name.withClassAdBytes { bytes in
            var escaped: [UInt8] = []
            Unparser.escape(bytes, delimiter: UInt8(ascii: "'"), syntax, into: &escaped)
            return (escaped, Unparser.isPlainName(escaped))
        }
        if !isPlain { output.append(UInt8(ascii: "'")) }
        output.append(contentsOf: escaped)
        if !isPlain { output.append(UInt8(ascii: "'")) }
    }

    private static func isPlainName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, AttributeName.startsName(first), bytes.allSatisfy({ ASCII.isWord($0) }) else { return false }
        guard bytes.count <= 9 else { return true }
        switch String(decoding: bytes.map { ASCII.lowercased($0) }, as: UTF8.self) {
        case "error", "false", "is", "isnt", "parent", "true", "undefined": return false
        default: return true
        }
    }

    private static func escape(
        _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, _ syntax: ClassAdSyntax, into output: inout [UInt8]
    ) {
        output.reserveCapacity(output.count + bytes.count)
        for byte in bytes {
            if byte == delimiter {
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            } else if syntax == .old || (byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "\\"))
                switch byte {
                case 0x07: output.append(UInt8(ascii: "a"))
                case 0x08: output.append(UInt8(ascii: "b"))
                case 0x0C: output.append(UInt8(ascii: "f"))
                case 0x0A: output.append(UInt8(ascii: "n"))
                case 0x0D: output.append(UInt8(ascii: "r"))
                case 0x09: output.append(UInt8(ascii: "t"))
                case 0x0B: output.append(UInt8(ascii: "v"))
                case UInt8(ascii: "\\"): output.append(byte)
                default:
                    output.append(UInt8(ascii: "0") + (byte >> 6))
                    output.append(UInt8(ascii: "0") + (byte >> 3 & 7))
                    output.append(UInt8(ascii: "0") + (byte & 7))
                }
            }
        }
    }
}
