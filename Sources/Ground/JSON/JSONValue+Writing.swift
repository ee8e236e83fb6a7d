extension JSONValue {
    /// The value as UTF-8 JSON text.
    /// - Parameter pretty: whether to indent by two spaces, with one member per line and a newline at the end.
    package func serialized(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        if pretty {
            writer.write(self, indentation: 0)
            writer.newline()
        } else {
            writer.write(self)
        }
        return writer.bytes
    }

    /// Appends the value as compact JSON text.
    package func append(to text: inout [UInt8]) {
        var writer = JSONWriter(capacity: 256)
        writer.write(self)
        writer.withUnsafeBytes { text.append(contentsOf: $0) }
    }
}

extension JSONWriter {
    /// Writes a whole value.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): self.value(value)
        case .integer(let value): self.value(value)
        case .number(let value): self.value(value)
        case .string(let value): self.value(value)
        case .array(let elements):
            beginArray()
            for element in elements { write(element) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                name(member.name)
                write(member.value)
            }
            endObject()
        }
    }

    /// Writes a whole value with one member per line. The first line continues at the current position.
    fileprivate mutating func write(_ value: JSONValue, indentation: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            put(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                beginLine(index, indentation)
                write(element, indentation: indentation + 2)
            }
            endLines(indentation)
            put(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            put(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                beginLine(index, indentation)
                quoted(member.name)
                put(": ")
                write(member.value, indentation: indentation + 2)
            }
            endLines(indentation)
            put(UInt8(ascii: "}"))
        case .array: put("[]")
        case .object: put("{}")
        case .string(let text): quoted(text)
        case .null: put("null")
        case .bool(let value): value ? put("true") : put("false")
        case .integer(let value): put(String(value))
        case .number(let value): put(value.isFinite ? value.description : "null")
        }
    }

    private mutating func beginLine(_ index: Int, _ indentation: Int) {
        if index > 0 { put(UInt8(ascii: ",")) }
        endLines(indentation + 2)
    }

    private mutating func endLines(_ indentation: Int) {
        put(UInt8(ascii: "\n"))
        for _ in 0..<indentation { put(UInt8(ascii: " ")) }
    }

    private mutating func quoted(_ text: String) {
        var text = text
        text.withUTF8 { quoted($0) }
    }

    private mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { raw($0) }
    }
}
