/// A JSON pointer (RFC 6901): the path from a document to one of its values.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// Names of members and indices of elements, unescaped, outermost first.
    package private(set) var tokens: [String]

    /// The pointer to the whole document.
    package static let document = JSONPointer([])

    package init(_ tokens: [String]) {
        self.tokens = tokens
    }

    /// Parses `/a/0/b~1c`; nil for text that is neither empty nor starts with `/`, or that has a `~` without 0 or 1.
    package init?(parsing text: String) {
        tokens = []
        guard !text.isEmpty else { return }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.first?.isEmpty == true else { return nil }
        for part in parts.dropFirst() {
            guard let token = Self.unescaped(part) else { return nil }
            tokens.append(token)
        }
    }

    /// The pointer to a member of the object that this pointer leads to.
    package func member(_ name: String) -> JSONPointer { JSONPointer(tokens + [name]) }

    /// The pointer to an element of the array that this pointer leads to.
    package func element(_ index: Int) -> JSONPointer { JSONPointer(tokens + [String(index)]) }

    /// The pointer's text; empty for the whole document.
    package var description: String { tokens.reduce(into: "") { $0 += "/" + Self.escaped($1) } }

    /// A token in escaped form: `~` becomes `~0`, `/` becomes `~1`.
    package static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        var bytes: [UInt8] = []
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes += [byte, UInt8(ascii: "0")]
            case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescaped(_ token: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var iterator = token.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch iterator.next() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A token as an index: digits without a leading zero.
    static func index(_ token: String) -> Int? {
        let digits = token.utf8
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != 0x30 || digits.count == 1 else { return nil }
        return Int(token)
    }
}

extension JSONValue {
    /// The value that `pointer` leads to; nil if there is none.
    package subscript(_ pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let elements):
                guard let index = JSONPointer.index(token), index < elements.count else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}
