/// An ad of the handshake: a list of attributes whose values are single literals, since nothing of an unknown peer is ever evaluated.
///
/// Source: HTCondor 25.14 reads such ads before authentication with at most 100 attributes and literals only.
struct PolicyAd: Sendable, Equatable {
    enum Literal: Sendable, Equatable {
        case string(String)
        case integer(Int64)
        case boolean(Bool)
    }

    /// Attributes an ad may have.
    static let maximumAttributes = 100

    private var values: [String: (name: String, value: Literal)] = [:]

    init() {}

    static func == (left: PolicyAd, right: PolicyAd) -> Bool {
        left.values.count == right.values.count && left.values.allSatisfy { right.values[$0.key]?.value == $0.value.value }
    }

    subscript(_ name: String) -> Literal? {
        get { values[name.lowercased()]?.value }
        set { values[name.lowercased()] = newValue.map { (name, $0) } }
    }

    func string(_ name: String) -> String? {
        if case .string(let text) = self[name] { text } else { nil }
    }

    func boolean(_ name: String) -> Bool? {
        if case .boolean(let value) = self[name] { value } else { nil }
    }

    /// A whole number, given as one or as a string of digits (as SessionDuration is).
    func integer(_ name: String) -> Int64? {
        switch self[name] {
        case .integer(let value): value
        case .string(let text): Int64(text)
        default: nil
        }
    }

    var names: [String] { values.values.map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    // MARK: Wire form

    /// Writes the attributes in byte order of their names, then the two empty type strings.
    func write(to encoder: inout MessageEncoder) {
        encoder.write(integer: values.count)
        for name in names {
            guard let literal = self[name] else { continue }
            let text =
                switch literal {
                case .string(let text): "\"" + text.replacingQuotes() + "\""
                case .integer(let value): String(value)
                case .boolean(let value): value ? "true" : "false"
                }
            encoder.write(string: name + " = " + text)
        }
        encoder.write(string: "")
        encoder.write(string: "")
    }

    /// Reads an ad. Attributes whose value is not one of the literals used in the handshake are left out.
    init(from decoder: inout MessageDecoder) throws(CedarError) {
        let count = try decoder.readCount(limit: Self.maximumAttributes)
        for _ in 0..<count {
            let line = try decoder.readStringBytes()
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                throw CedarError(.malformed, "an attribute of a security ad has no '='")
            }
            let name = Self.trimmed(line[..<equals])
            guard !name.isEmpty, let name = String(validating: name, as: UTF8.self) else {
                throw CedarError(.malformed, "an attribute of a security ad has no name")
            }
            self[name] = Self.literal(Self.trimmed(line[(equals + 1)...]))
        }
        _ = try decoder.readStringBytes()
        _ = try decoder.readStringBytes()
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else { return [] }
        return bytes[first...last]
    }

    private static func literal(_ text: ArraySlice<UInt8>) -> Literal? {
        if text.first == UInt8(ascii: "\"") {
            guard text.count >= 2, text.last == UInt8(ascii: "\"") else { return nil }
            let inner = text.dropFirst().dropLast()
            var bytes: [UInt8] = []
            bytes.reserveCapacity(inner.count)
            var index = inner.startIndex
            while index < inner.endIndex {
                let byte = inner[index]
                if byte == UInt8(ascii: "\\"), index + 1 < inner.endIndex, inner[index + 1] == UInt8(ascii: "\"") {
                    bytes.append(UInt8(ascii: "\""))
                    index += 2
                    continue
                }
                // A quote that is not escaped ends the string: what follows would make this an expression.
                guard byte != UInt8(ascii: "\"") else { return nil }
                bytes.append(byte)
                index += 1
            }
            return String(validating: bytes, as: UTF8.self).map { .string($0) }
        }
        guard let word = String(validating: text, as: UTF8.self) else { return nil }
        if let number = Int64(word) { return .integer(number) }
        switch word.lowercased() {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: return nil
        }
    }
}

extension String {
    /// The text with `"` written as `\"`.
    fileprivate func replacingQuotes() -> String {
        guard utf8.contains(UInt8(ascii: "\"")) else { return self }
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
