package import JSON

/// How the values of one type look in JSON: one value that describes, writes and reads them.
///
/// Codecs are made from smaller ones, and members of a ``Resource`` name the codec of their value:
///
///     .required("job_ids", \.jobIDs, .array(of: .string(pattern: #"^\d+\.\d+$"#)), "The jobs that were queued")
///
/// A limit is given once. The schema shows it and the reader enforces it.
package struct Codec<Value>: Sendable {
    /// Writes exactly one JSON value.
    package typealias Write = @Sendable (Value, inout JSONWriter) -> Void
    /// Reads a value. Returns `nil` only after it has noted at least one mistake.
    package typealias Read = @Sendable (JSONValue, inout ResourceReader) -> Value?

    /// The values in the words of JSON Schema.
    package let schema: Schema
    package let write: Write
    package let read: Read
    /// Whether `null` stands for one of the values.
    let acceptsNull: Bool

    package init(_ schema: Schema, acceptsNull: Bool = false, write: @escaping Write, read: @escaping Read) {
        self.schema = schema
        self.acceptsNull = acceptsNull
        self.write = write
        self.read = read
    }
}

extension Codec {
    /// The values of a codec, and `null`, which reads as `nil`.
    package static func nullable<Wrapped>(_ codec: Codec<Wrapped>) -> Codec where Value == Wrapped? {
        Codec(codec.schema.nullable, acceptsNull: true) { value, json in
            if let value { codec.write(value, &json) } else { json.null() }
        } read: { json, reader in
            if json == .null { return .some(nil) }
            return codec.read(json, &reader).map { .some($0) }
        }
    }

    /// The values that pass a test which JSON Schema cannot express.
    /// - Parameter expectation: completes the sentence "… is expected".
    package func checked(_ expectation: String, _ isValid: @escaping @Sendable (Value) -> Bool) -> Codec {
        Codec(schema, acceptsNull: acceptsNull, write: write) { json, reader in
            guard let value = read(json, &reader) else { return nil }
            guard isValid(value) else { return reader.expected(expectation) }
            return value
        }
    }

    /// The same JSON for values of another type.
    /// - Parameters:
    ///   - expectation: completes the sentence "… is expected" for a value that `decode` refuses.
    ///   - decode: returns `nil` for a value that has no counterpart.
    package func mapped<Other>(
        _ expectation: String, encode: @escaping @Sendable (Other) -> Value, decode: @escaping @Sendable (Value) -> Other?
    ) -> Codec<Other> {
        Codec<Other>(schema, acceptsNull: acceptsNull) { value, json in
            write(encode(value), &json)
        } read: { json, reader in
            guard let value = read(json, &reader) else { return nil }
            return decode(value) ?? reader.expected(expectation)
        }
    }

    /// The codec with a changed schema, such as one with an example. The limits must stay.
    package func documented(_ change: (Schema) -> Schema) -> Codec {
        Codec(change(schema), acceptsNull: acceptsNull, write: write, read: read)
    }

    package func example(_ value: JSONValue) -> Codec { documented { $0.example(value) } }

    /// The codec with its schema as a component of the document.
    package func component(_ name: String) -> Codec { documented { .component(name, $0) } }
}
