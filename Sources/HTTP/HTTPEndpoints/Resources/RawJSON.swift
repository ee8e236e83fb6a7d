package import JSON

/// One JSON value that is written by its owner, without a tree in between: an ad, a document that is stored as text.
package struct RawJSON: Sendable {
    private let body: @Sendable (inout JSONWriter) -> Void

    /// - Parameter write: writes exactly one JSON value, the same each time.
    package init(_ write: @escaping @Sendable (inout JSONWriter) -> Void) {
        body = write
    }

    /// A text that is one JSON value.
    package init(bytes: [UInt8]) {
        body = { $0.raw(json: bytes) }
    }

    package init(_ value: JSONValue) {
        body = { $0.write(value) }
    }

    package func write(into json: inout JSONWriter) {
        body(&json)
    }
}

extension Codec where Value == RawJSON {
    /// An open object, described by a schema that need not name all members. Reading accepts any object.
    package static func openObject(_ schema: Schema = .object([], additional: .anything)) -> Codec {
        Codec(schema) { value, json in
            value.write(into: &json)
        } read: { json, reader in
            guard case .object = json else { return reader.expected("an object", insteadOf: json) }
            return RawJSON(json)
        }
    }
}

extension Codec where Value == JSONValue {
    /// Any JSON value.
    package static var any: Codec {
        Codec(.any, acceptsNull: true) { value, json in
            json.write(value)
        } read: { json, _ in
            json
        }
    }
}

extension Codec where Value == JSONValue.Object {
    /// An object with any members, which keep their order and their places in the text.
    package static var members: Codec {
        Codec(.object([], additional: .anything)) { members, json in
            json.write(.object(members))
        } read: { json, reader in
            guard case .object(let members) = json else { return reader.expected("an object", insteadOf: json) }
            return members
        }
    }
}
