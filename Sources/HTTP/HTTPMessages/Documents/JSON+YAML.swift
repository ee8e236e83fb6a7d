package import JSON

extension JSONValue {
    /// The value as a YAML 1.2 document in block style. All strings are quoted as in JSON, which YAML takes.
    package func yaml() -> [UInt8] {
        var text: [UInt8] = []
        appendYAML(to: &text, indentation: 0, isInLine: false)
        return text
    }

    private func appendYAML(to text: inout [UInt8], indentation: Int, isInLine: Bool) {
        switch self {
        case .object(let object) where !object.members.isEmpty:
            if isInLine { text.append(UInt8(ascii: "\n")) }
            for member in object.members {
                text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
                Self.appendKey(member.name, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.appendYAML(to: &text, indentation: indentation + 2, isInLine: true)
            }
        case .array(let values) where !values.isEmpty:
            if isInLine { text.append(UInt8(ascii: "\n")) }
            for value in values {
                text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
                text.append(UInt8(ascii: "-"))
                value.appendYAML(to: &text, indentation: indentation + 2, isInLine: true)
            }
        default:
            if isInLine { text.append(UInt8(ascii: " ")) }
            append(to: &text)
            text.append(UInt8(ascii: "\n"))
        }
    }

    /// Names that can be nothing but strings stand as they are.
    private static func appendKey(_ name: String, to text: inout [UInt8]) {
        let bytes = name.utf8
        let isLetter: (UInt8) -> Bool = { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        if let first = bytes.first, isLetter(first) || first == UInt8(ascii: "/"),
            bytes.allSatisfy({ isLetter($0) || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || "/_.-{}".utf8.contains($0) }),
            !words.contains(name.lowercased())
        {
            text.append(contentsOf: bytes)
        } else {
            JSONValue.string(name).append(to: &text)
        }
    }
}
