import JSON

/// A member of a resource: its name, where its value is in the Swift value, how that looks in JSON, and what it means.
package struct Member<Root, Value>: Sendable {
    let name: String
    let property: Schema.Property
    /// Writes the name and the value, or nothing for a member that is left out.
    let write: @Sendable (Root, inout JSONWriter) -> Void
    /// - Parameter given: the member of the document, `nil` if it has none of that name.
    let read: @Sendable (_ given: JSONValue.Member?, inout ResourceReader) -> Value?

    private init(
        _ property: Schema.Property, write: @escaping @Sendable (Root, inout JSONWriter) -> Void,
        read: @escaping @Sendable (JSONValue.Member?, inout ResourceReader) -> Value?
    ) {
        name = property.name
        self.property = property
        self.write = write
        self.read = read
    }

    private static func described(_ schema: Schema, _ summary: String) -> Schema {
        summary.isEmpty ? schema : schema.described(summary)
    }

    /// A member that is always present.
    package static func required(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ codec: Codec<Value>, _ summary: String = ""
    ) -> Member {
        Member(.required(name, described(codec.schema, summary))) { root, json in
            json.name(name)
            codec.write(root[keyPath: path], &json)
        } read: { given, reader in
            guard let given else {
                reader.note("missing", member: name)
                return nil
            }
            return reader.within(given) { reader in codec.read(given.value, &reader) }
        }
    }

    /// A member that is left out for `nil`. A reader takes `null` for a missing member, unless the codec has a value for it.
    package static func optional<Wrapped>(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ codec: Codec<Wrapped>, _ summary: String = ""
    ) -> Member where Value == Wrapped? {
        Member(.optional(name, described(codec.schema, summary))) { root, json in
            guard let value = root[keyPath: path] else { return }
            json.name(name)
            codec.write(value, &json)
        } read: { given, reader in
            guard let given, given.value != .null || codec.acceptsNull else { return .some(nil) }
            return reader.within(given) { reader in codec.read(given.value, &reader).map { .some($0) } }
        }
    }

    /// A member that stands for a default when it is missing. It is always written.
    package static func optional(
        _ name: String, _ path: any KeyPath<Root, Value> & Sendable, _ codec: Codec<Value>, default value: Value, _ summary: String = ""
    ) -> Member where Value: Sendable {
        var json = JSONWriter(capacity: 64)
        codec.write(value, &json)
        return Member(.optional(name, described(codec.schema.defaulting(to: (try? JSONValue.parse(json.bytes)) ?? .null), summary))) { root, json in
            json.name(name)
            codec.write(root[keyPath: path], &json)
        } read: { given, reader in
            guard let given, given.value != .null || codec.acceptsNull else { return value }
            return reader.within(given) { reader in codec.read(given.value, &reader) }
        }
    }

    /// Reads the member out of those that an object has.
    func read(in given: JSONValue.Object, _ reader: inout ResourceReader) -> Value? {
        read(given.first { $0.name == name }, &reader)
    }
}
