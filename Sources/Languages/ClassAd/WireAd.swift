import Text

/// An ad as the bytes that a daemon sent: `Name = expression` lines in old syntax, which are parsed only on demand.
///
/// One buffer and one index per ad, whatever the number of attributes. Of several lines with the same name, the last one counts.
package struct WireAd: Sendable {
    struct Line: Sendable {
        /// Offsets into `bytes`: the name starts at `start`, the expression ends at `end`. A dead line has an empty name.
        var start: UInt32
        var nameLength: UInt32
        var value: UInt32
        var end: UInt32
        var hash: UInt32

        var isDead: Bool { nameLength == 0 }
    }

    private(set) var bytes: [UInt8] = []
    private(set) var lines: [Line] = []
    private var deadLines = 0
    /// A bit for each hash seen, which quickly shows that a name is new.
    private var seen: SIMD16<UInt64> = .zero
    /// An open-addressing hash table of indices into `lines`, plus 1; 0 marks a free place. Made only for unusually large ads.
    private var table: [Int32] = []
    private static let linesWithoutTable = 400

    package init() {}

    /// The ad in the form in which it is sent.
    package init(_ ad: ClassAd) {
        reserve(attributes: ad.count, bytes: ad.count * 32)
        for (name, expression) in ad {
            append(name: name, expression: expression)
        }
    }

    /// Reserves space for `attributes` lines with a total of `byteCount` bytes.
    package mutating func reserve(attributes: Int, bytes byteCount: Int) {
        lines.reserveCapacity(attributes)
        bytes.reserveCapacity(byteCount)
    }

    /// Adds one line `Name = expression`, which is split at the first `=` and trimmed around it.
    /// - Returns: false, adding nothing, if there is no `=` or no name, or if the ad would exceed 4 GiB.
    @discardableResult
    package mutating func append(line: UnsafeRawBufferPointer) -> Bool {
        line.withMemoryRebound(to: UInt8.self) { line in
            guard let parts = AttributeLine(line, 0..<line.count) else { return false }
            return append(line, parts)
        }
    }

    /// Adds a line whose bytes are in a collection.
    @discardableResult
    package mutating func append(line: some Collection<UInt8>) -> Bool {
        if let taken = line.withContiguousStorageIfAvailable({ append(line: UnsafeRawBufferPointer($0)) }) { return taken }
        return Array(line).withUnsafeBytes { append(line: $0) }
    }

    /// Sets one attribute.
    package mutating func append(name: String, expression: ExprTree) {
        var line = name.withClassAdBytes { Array($0) }
        let nameEnd = line.count
        line.append(contentsOf: " = ".utf8)
        line.append(contentsOf: expression.wireBytes)
        line.withUnsafeBufferPointer { line in
            _ = append(line, AttributeLine(name: 0..<nameEnd, value: nameEnd + 3..<line.count))
        }
    }

    private mutating func append(_ line: UnsafeBufferPointer<UInt8>, _ parts: AttributeLine) -> Bool {
        let start = bytes.count
        guard !parts.name.isEmpty, let end = UInt32(exactly: start + parts.value.upperBound) else { return false }
        let name = UnsafeBufferPointer(rebasing: line[parts.name])
        let hash = AttributeName.hash(name)
        if testAndSet(hash) { dropEarlierLine(name, hash) }
        if lines.count >= WireAd.linesWithoutTable { enter(hash) }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: line[0..<parts.value.upperBound]))
        lines.append(
            Line(
                start: UInt32(truncatingIfNeeded: start + parts.name.lowerBound), nameLength: UInt32(truncatingIfNeeded: parts.name.count),
                value: UInt32(truncatingIfNeeded: start + parts.value.lowerBound), end: end, hash: hash))
        return true
    }

    /// Whether a name with this hash may have occurred before.
    private mutating func testAndSet(_ hash: UInt32) -> Bool {
        let word = Int(hash >> 6 & 15)
        let bit: UInt64 = 1 << UInt64(hash & 63)
        let before = seen[word]
        seen[word] = before | bit
        return before & bit != 0
    }

    private mutating func dropEarlierLine(_ name: UnsafeBufferPointer<UInt8>, _ hash: UInt32) {
        guard let position = position(name, hash) else { return }
        lines[position].nameLength = 0
        deadLines += 1
    }

    /// Records in the table the line that is about to be appended.
    private mutating func enter(_ hash: UInt32) {
        if (lines.count + 1) * 2 > table.count {
            table = [Int32](repeating: 0, count: Swift.max(2048, table.count * 2))
            for (position, line) in lines.enumerated() where !line.isDead { place(position, line.hash) }
        }
        place(lines.count, hash)
    }

    private mutating func place(_ position: Int, _ hash: UInt32) {
        let mask = table.count - 1
        var slot = Int(hash) & mask
        while table[slot] != 0 { slot = (slot + 1) & mask }
        table[slot] = Int32(truncatingIfNeeded: position + 1)
    }

    /// The index of an attribute's line.
    private func position(_ name: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            func isWanted(_ line: Line) -> Bool {
                line.hash == hash && !line.isDead && AttributeName.equal(WireAd.name(of: line, bytes), name)
            }
            guard !table.isEmpty else { return lines.lastIndex(where: isWanted) }
            let mask = table.count - 1
            var slot = Int(hash) & mask
            while table[slot] != 0 {
                let position = Int(table[slot]) - 1
                if position < lines.count, isWanted(lines[position]) { return position }
                slot = (slot + 1) & mask
            }
            return nil
        }
    }

    static func name(of line: Line, _ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(line.start)..<Int(line.start) + Int(line.nameLength)])
    }

    // MARK: Look-up

    /// The number of attributes.
    package var count: Int { lines.count - deadLines }

    package var isEmpty: Bool { count == 0 }

    /// The number of bytes held, for accounting.
    package var byteCount: Int { bytes.count }

    /// The names as sent, in line order.
    package var names: [String] {
        bytes.withUnsafeBufferPointer { bytes in
            lines.filter { !$0.isDead }.map { String(classAdBytes: WireAd.name(of: $0, bytes)) }
        }
    }

    package func contains(_ name: String) -> Bool { line(name) != nil }

    func line(_ name: String) -> Line? {
        var name = name
        return name.withUTF8 { name in position(name, AttributeName.hash(name)).map { lines[$0] } }
    }

    /// The text of an attribute's expression in old syntax.
    package func rawExpression(_ name: String) -> ArraySlice<UInt8>? {
        line(name).map { bytes[Int($0.value)..<Int($0.end)] }
    }

    /// The same as a string.
    package func expressionText(_ name: String) -> String? {
        rawExpression(name).map { $0.withUnsafeBufferPointer { String(classAdBytes: $0) } }
    }

    /// The value, if the attribute is a decimal integer literal.
    package func integer(_ name: String) -> Int64? { withExpression(name) { WireLiteral($0).integer } ?? nil }

    /// The value, if the attribute is a string literal.
    package func string(_ name: String) -> String? { withExpression(name) { WireLiteral($0).string } ?? nil }

    /// The value, if the attribute is `true` or `false`.
    package func boolean(_ name: String) -> Bool? { withExpression(name) { WireLiteral($0).boolean } ?? nil }

    /// The value, if the attribute is an integer or real literal.
    package func real(_ name: String) -> Double? { withExpression(name) { WireLiteral($0).real } ?? nil }

    private func withExpression<Result>(_ name: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        rawExpression(name).map { $0.withUnsafeBufferPointer(body) }
    }

    /// The attribute's expression as a tree; nil if there is no such attribute.
    ///
    /// Like HTCondor's reader, this parses the longest expression at the start of the line and ignores what follows it.
    package func expression(_ name: String) throws(ClassAdError) -> ExprTree? {
        guard let line = line(name) else { return nil }
        return try tree(of: line)
    }

    /// An attribute's value, evaluated in this ad (and `target`); undefined if it is missing, error if it is malformed.
    package func evaluate(_ name: String, target: ClassAd? = nil) -> Value {
        guard let line = line(name) else { return .undefined }
        guard let tree = try? tree(of: line) else { return .error }
        return tree.constantValue ?? classAd().evaluate(name, target: target)
    }

    func tree(of line: Line) throws(ClassAdError) -> ExprTree {
        let result: Result<ExprTree, ClassAdError> = bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[Int(line.value)..<Int(line.end)])
            do throws(ClassAdError) {
                var parser = try Parser(text, syntax: .old)
                let root = try parser.expression()
                return .success(ExprTree(arena: Arena(parser.builder), root: root))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// All attributes as trees. A malformed expression becomes `error`.
    package func classAd() -> ClassAd {
        var ad = ClassAd()
        bytes.withUnsafeBufferPointer { bytes in
            for line in lines where !line.isDead {
                let name = String(classAdBytes: WireAd.name(of: line, bytes))
                ad[name] = (try? tree(of: line)) ?? .literal(.error)
            }
        }
        return ad
    }

    // MARK: Privacy

    /// Whether an attribute holds a secret and must not be shown: claims, capabilities, keys, and everything that starts with `_condor_priv`
    /// (HTCondor 25.14, ClassAdAttributeIsPrivateAny).
    package static func isPrivateAttribute(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { isPrivate($0) }
    }

    @inline(__always)
    static func isPrivate(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = name.first else { return false }
        switch first | 0x20 {
        case UInt8(ascii: "c"):
            return matches(name, "capability") || matches(name, "childclaimids") || matches(name, "claimid")
                || matches(name, "claimidlist") || matches(name, "claimids")
        case UInt8(ascii: "t"):
            return matches(name, "transferkey")
        case 0x7F:
            return name.count >= 12 && matches(UnsafeBufferPointer(rebasing: name[0..<12]), "_condor_priv")
        default:
            return false
        }
    }

    private static func matches(_ name: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        guard name.count == word.utf8CodeUnitCount else { return false }
        for i in 0..<name.count where ASCII.lowercased(name[i]) != word.utf8Start[i] { return false }
        return true
    }
}

extension WireAd: CustomStringConvertible {
    /// Only the number of attributes, because an ad may contain secrets.
    package var description: String { "WireAd(\(count) attributes)" }
}
