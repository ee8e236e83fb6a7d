import ClassAd
import Glibc

/// An ad in the queue's storage format, used both in memory and in the database: a single run of bytes without an index.
///
/// An attribute consists of a hash of its name (1 byte, ignoring ASCII case), the lengths of the name and of the expression (as base-128 numbers,
/// low groups first), the name in its first spelling, and the expression in old ClassAd syntax. A typical cluster ad takes 2 to 3 KB, the ad of an
/// idle proc some 150 bytes. Searching for a name skips other attributes without reading them.
struct StoredAd: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []

    /// The longest attribute name, in bytes.
    static let maximumNameLength = 1 << 12
    /// The longest expression, in bytes.
    static let maximumExpressionLength = 1 << 26

    init() {}

    /// Reads a stored ad; nil if the bytes are malformed.
    init?(stored bytes: [UInt8]) {
        self.bytes = bytes
        var position = 0
        while position < bytes.count {
            guard let entry = entry(at: position), entry.end > position else { return nil }
            position = entry.end
        }
    }

    init(_ ad: ClassAd) {
        for (name, expression) in ad { set(name, expression) }
    }

    var isEmpty: Bool { bytes.isEmpty }

    var count: Int {
        var count = 0
        forEach { _, _ in count += 1 }
        return count
    }

    // MARK: Look-up

    private struct Entry {
        var name: Range<Int>
        var expression: Range<Int>
        var end: Int { expression.upperBound }
    }

    private func entry(at start: Int) -> Entry? {
        bytes.withUnsafeBufferPointer { Self.entry(at: start, in: $0) }
    }

    @inline(__always)
    private static func entry(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Entry? {
        var position = start + 1
        guard let nameLength = number(&position, in: bytes), let length = number(&position, in: bytes) else { return nil }
        guard nameLength <= maximumNameLength, length <= maximumExpressionLength, position + nameLength + length <= bytes.count else { return nil }
        let name = position..<position + nameLength
        return Entry(name: name, expression: name.upperBound..<name.upperBound + length)
    }

    @inline(__always)
    private static func number(_ position: inout Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        var shift = 0
        while position < bytes.count, shift <= 28 {
            let byte = bytes[position]
            position += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    @inline(__always)
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt8 {
        var hash: UInt8 = UInt8(truncatingIfNeeded: name.count)
        for byte in name { hash = hash &* 31 &+ (byte | 0x20) }
        return hash
    }

    private struct Place {
        var start: Int
        var entry: Entry
    }

    private func place(_ name: UnsafeBufferPointer<UInt8>) -> Place? {
        guard let wanted = name.baseAddress else { return nil }
        let hash = Self.hash(name)
        return bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var position = 0
            while position < bytes.count, let entry = Self.entry(at: position, in: bytes) {
                if bytes[position] == hash, entry.name.count == name.count,
                    strncasecmp(
                        UnsafeRawPointer(base + entry.name.lowerBound).assumingMemoryBound(to: CChar.self),
                        UnsafeRawPointer(wanted).assumingMemoryBound(to: CChar.self), name.count) == 0
                {
                    return Place(start: position, entry: entry)
                }
                position = entry.end
            }
            return nil
        }
    }

    private func place(_ name: String) -> Place? {
        var name = name
        return name.withUTF8 { place($0) }
    }

    /// The text of an attribute's expression in old syntax.
    subscript(_ name: String) -> ArraySlice<UInt8>? {
        place(name).map { bytes[$0.entry.expression] }
    }

    func contains(_ name: String) -> Bool { place(name) != nil }

    /// Calls `body` with each name and expression, in the order in which they were first set.
    func forEach(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ expression: UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count, let entry = Self.entry(at: position, in: bytes) {
                body(UnsafeBufferPointer(rebasing: bytes[entry.name]), UnsafeBufferPointer(rebasing: bytes[entry.expression]))
                position = entry.end
            }
        }
    }

    /// Whether the ad has an attribute of this name.
    func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool { place(name) != nil }

    var names: [String] {
        var names: [String] = []
        forEach { name, _ in names.append(String(decoding: name, as: UTF8.self)) }
        return names
    }

    // MARK: Change

    /// Sets an attribute to an expression in old syntax. An expression that exceeds the limit is ignored.
    mutating func set(_ name: String, expression: some Collection<UInt8>) {
        let length = expression.count
        guard length <= Self.maximumExpressionLength, (1...Self.maximumNameLength).contains(name.utf8.count) else { return }
        var name = name
        name.withUTF8 { name in
            if let place = place(name) {
                let old = place.entry.expression
                if old.count == length {
                    bytes.replaceSubrange(old, with: expression)
                    return
                }
                // The attribute keeps its first spelling and its place.
                var replacement = Array(bytes[place.start...place.start])
                Self.append(name.count, to: &replacement)
                Self.append(length, to: &replacement)
                replacement.append(contentsOf: bytes[place.entry.name])
                replacement.append(contentsOf: expression)
                bytes.replaceSubrange(place.start..<place.entry.end, with: replacement)
            } else {
                bytes.append(Self.hash(name))
                Self.append(name.count, to: &bytes)
                Self.append(length, to: &bytes)
                bytes.append(contentsOf: name)
                bytes.append(contentsOf: expression)
            }
        }
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func set(_ name: String, _ expression: ExprTree) { set(name, expression: expression.wireBytes) }
    mutating func set(_ name: String, _ value: some BinaryInteger) { set(name, expression: String(value).utf8) }
    mutating func set(_ name: String, _ value: Bool) { set(name, expression: (value ? "true" : "false").utf8) }
    mutating func set(_ name: String, _ value: Double) { set(name, .real(value)) }
    mutating func set(_ name: String, _ value: String) { set(name, .string(value)) }

    /// - Returns: false if there was no such attribute.
    @discardableResult
    mutating func remove(_ name: String) -> Bool {
        guard let place = place(name) else { return false }
        bytes.removeSubrange(place.start..<place.entry.end)
        return true
    }

    /// Sets every attribute of `other`.
    mutating func merge(_ other: StoredAd) {
        other.forEach { name, expression in set(String(decoding: name, as: UTF8.self), expression: expression) }
    }

    /// Releases unused capacity, since ads live long.
    func trimmed() -> StoredAd {
        var copy = StoredAd()
        copy.bytes = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            _ = buffer.initialize(from: bytes)
            count = bytes.count
        }
        return copy
    }

    // MARK: Values

    /// The value if the expression is a literal; nil for any other expression, or if the attribute is missing.
    func integer(_ name: String) -> Int64? { literal(name)?.integer }
    func string(_ name: String) -> String? { literal(name)?.string }
    func boolean(_ name: String) -> Bool? { literal(name)?.boolean }

    private func literal(_ name: String) -> StoredLiteral? { self[name].map(StoredLiteral.init) }
}

extension StoredAd: CustomStringConvertible {
    /// Only the number of attributes, because an ad may contain secrets.
    var description: String { "StoredAd(\(count) attributes)" }
}

/// Reads an expression's text as a literal.
struct StoredLiteral {
    let text: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { self.text = text }

    var integer: Int64? {
        guard let first = text.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            (first == UInt8(ascii: "-") ? 2...19 : 1...18).contains(text.count)
        else {
            return tree?.integer
        }
        var value: Int64 = 0
        for digit in text.dropFirst(first == UInt8(ascii: "-") ? 1 : 0) {
            guard (0x30...0x39).contains(digit) else { return tree?.integer }
            value = value &* 10 &+ Int64(digit &- 0x30)
        }
        return first == UInt8(ascii: "-") ? -value : value
    }

    var string: String? {
        guard text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\""), text.count >= 2 else { return tree?.string }
        let content = text.dropFirst().dropLast()
        guard !content.contains(where: { $0 == UInt8(ascii: "\"") || $0 >= 0x80 }) else { return tree?.string }
        return String(decoding: content, as: UTF8.self)
    }

    var boolean: Bool? {
        switch tree {
        case .boolean(let value): value
        default: nil
        }
    }

    private var tree: Value? {
        text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }?.literalValue
    }
}

extension Value {
    fileprivate var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    fileprivate var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }
}
