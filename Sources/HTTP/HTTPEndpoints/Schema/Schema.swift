package import JSON

/// A JSON Schema (the dialect of OpenAPI 3.1) as a value.
///
/// Schemas are built by the static functions and refined by modifiers, and become part of the generated OpenAPI document:
///
///     Schema.object([
///         .required("cluster_id", .integer(minimum: 1).described("The cluster's number")),
///         .optional("warnings", .array(of: .string())),
///     ]).example(["cluster_id": 7])
package struct Schema: Sendable, Hashable {
    /// The schema as it appears in the document.
    package private(set) var json: JSONValue.Object
    /// The components to which the schema refers, by name, and those to which these refer.
    package private(set) var components: [String: Schema] = [:]

    /// One member of an object.
    package struct Property: Sendable, Hashable {
        package var name: String
        package var schema: Schema
        package var isRequired: Bool

        /// A member that is always there.
        package static func required(_ name: String, _ schema: Schema) -> Self {
            Self(name: name, schema: schema, isRequired: true)
        }

        /// A member that may be missing.
        package static func optional(_ name: String, _ schema: Schema) -> Self {
            Self(name: name, schema: schema, isRequired: false)
        }
    }

    /// What an object may hold besides its named members.
    package enum AdditionalProperties: Sendable, Hashable {
        case refused
        case anything
        case each(Schema)
    }

    private init(_ json: JSONValue.Object, using parts: [Schema] = []) {
        self.json = json
        for part in parts { Self.merge(part.components, into: &components) }
    }

    /// Two different components of one name are a mistake in the source code and stop the program.
    static func merge(_ components: [String: Schema], into all: inout [String: Schema]) {
        all.merge(components) { one, other in
            precondition(one == other, "two components have one name: \(one.json) and \(other.json)")
            return one
        }
    }

    /// Any value at all.
    package static let any = Schema([:])

    package static let boolean = Schema(["type": "boolean"])

    package static func string(
        format: String? = nil, pattern: String? = nil, oneOf values: [String]? = nil, minLength: Int? = nil, maxLength: Int? = nil
    ) -> Schema {
        var schema = Schema(["type": "string"])
        schema.json["format"] = format.map(JSONValue.string)
        schema.json["pattern"] = pattern.map(JSONValue.string)
        schema.json["enum"] = values.map { .array($0.map(JSONValue.string)) }
        schema.json["minLength"] = minLength.map { .integer(Int64($0)) }
        schema.json["maxLength"] = maxLength.map { .integer(Int64($0)) }
        return schema
    }

    /// A 64-bit integer.
    package static func integer(minimum: Int64? = nil, maximum: Int64? = nil) -> Schema {
        var schema = Schema(["type": "integer", "format": "int64"])
        schema.json["minimum"] = minimum.map(JSONValue.integer)
        schema.json["maximum"] = maximum.map(JSONValue.integer)
        return schema
    }

    package static func number(minimum: Double? = nil, maximum: Double? = nil) -> Schema {
        var schema = Schema(["type": "number"])
        schema.json["minimum"] = minimum.map(JSONValue.number)
        schema.json["maximum"] = maximum.map(JSONValue.number)
        return schema
    }

    package static func array(of element: Schema, minItems: Int? = nil, maxItems: Int? = nil) -> Schema {
        var schema = Schema(["type": "array", "items": .object(element.json)], using: [element])
        schema.json["minItems"] = minItems.map { .integer(Int64($0)) }
        schema.json["maxItems"] = maxItems.map { .integer(Int64($0)) }
        return schema
    }

    package static func object(_ properties: [Property], additional: AdditionalProperties = .refused) -> Schema {
        var parts = properties.map(\.schema)
        if case .each(let element) = additional { parts.append(element) }
        var schema = Schema(["type": "object"], using: parts)
        if !properties.isEmpty {
            schema.json["properties"] = .object(JSONValue.Object(properties.map { ($0.name, .object($0.schema.json)) }))
        }
        let required = properties.filter(\.isRequired)
        if !required.isEmpty {
            schema.json["required"] = .array(required.map { .string($0.name) })
        }
        switch additional {
        case .refused: schema.json["additionalProperties"] = false
        case .anything: schema.json["additionalProperties"] = true
        case .each(let element): schema.json["additionalProperties"] = .object(element.json)
        }
        return schema
    }

    /// The schema registered under that name with the interface's components.
    package static func ref(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")])
    }

    /// A reference to a component, which becomes part of each document that uses the schema.
    package static func component(_ name: String, _ schema: Schema) -> Schema {
        var reference = ref(name)
        reference.components = schema.components
        reference.components[name] = schema
        return reference
    }

    package static func oneOf(_ schemas: [Schema]) -> Schema {
        Schema(["oneOf": .array(schemas.map { .object($0.json) })], using: schemas)
    }

    package static func anyOf(_ schemas: [Schema]) -> Schema {
        Schema(["anyOf": .array(schemas.map { .object($0.json) })], using: schemas)
    }

    /// Raw bytes, as in file contents.
    package static let binary = Schema(["type": "string", "format": "binary"])

    /// Exactly that value.
    package static func constant(_ value: JSONValue) -> Schema {
        Schema(["const": value])
    }

    /// The schema or `null`.
    package var nullable: Schema {
        guard case .string(let type)? = json["type"], json["enum"] == nil else {
            return .anyOf([self, Schema(["type": "null"])])
        }
        var schema = self
        schema.json["type"] = .array([.string(type), "null"])
        return schema
    }

    package func described(_ text: String) -> Schema {
        with("description", .string(text))
    }

    package func example(_ value: JSONValue) -> Schema {
        with("examples", .array([value]))
    }

    /// The value that stands for a missing one.
    package func defaulting(to value: JSONValue) -> Schema {
        with("default", value)
    }

    /// The schema with one more keyword of JSON Schema.
    package func with(_ keyword: String, _ value: JSONValue) -> Schema {
        var schema = self
        schema.json[keyword] = value
        return schema
    }

    /// Names of all components that the schema refers to.
    var references: Set<String> {
        var names: Set<String> = []
        Self.collectReferences(.object(json), into: &names)
        return names
    }

    private static func collectReferences(_ value: JSONValue, into names: inout Set<String>) {
        switch value {
        case .object(let object):
            for member in object.members {
                if member.name == "$ref", case .string(let target) = member.value, target.hasPrefix(componentPrefix) {
                    names.insert(String(target.dropFirst(componentPrefix.count)))
                } else {
                    collectReferences(member.value, into: &names)
                }
            }
        case .array(let values):
            for value in values { collectReferences(value, into: &names) }
        case .null, .bool, .integer, .number, .string: break
        }
    }

    private static let componentPrefix = "#/components/schemas/"
}
