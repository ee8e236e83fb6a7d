import JSON

/// One of the alternatives of a union.
package struct Alternative<Value>: Sendable {
    let schema: Schema
    /// Writes the value, or returns false because it belongs to another alternative.
    let write: @Sendable (Value, inout JSONWriter) -> Bool
    let read: Codec<Value>.Read

    /// - Parameters:
    ///   - extract: the payload of a value of this alternative, `nil` for values of others.
    ///   - make: the value with that payload.
    package init<Payload>(
        _ codec: Codec<Payload>, extract: @escaping @Sendable (Value) -> Payload?, make: @escaping @Sendable (Payload) -> Value
    ) {
        schema = codec.schema
        write = { value, json in
            guard let payload = extract(value) else { return false }
            codec.write(payload, &json)
            return true
        }
        read = { json, reader in codec.read(json, &reader).map(make) }
    }
}

extension Codec {
    /// One of several kinds of values. A document is read as the first alternative that it fits; if it fits none, the mistakes are those of the
    /// alternative to which it comes nearest.
    ///
    /// A value that no alternative extracts is a mistake in the source code and stops the program.
    package static func oneOf(_ alternatives: [Alternative<Value>]) -> Codec {
        Codec(.oneOf(alternatives.map(\.schema))) { value, json in
            for alternative in alternatives where alternative.write(value, &json) { return }
            preconditionFailure("\(Value.self) has a case that is none of its alternatives")
        } read: { json, reader in
            var nearest: ResourceReader?
            for alternative in alternatives {
                var attempt = reader.attempt
                if let value = alternative.read(json, &attempt), attempt.mistakes.isEmpty { return value }
                if attempt.mistakes.count < nearest?.mistakes.count ?? .max { nearest = attempt }
            }
            if let nearest { reader.take(nearest) }
            return nil
        }
    }
}
