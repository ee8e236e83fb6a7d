package import JSON

/// The members of a resource, each with the type of its value.
package struct MemberList<Root, each Part>: Sendable {
    let member: (repeat Member<Root, each Part>)

    /// The members as parts of a schema.
    func properties(after constant: ConstantMember?) -> [Schema.Property] {
        var properties = constant.map { [$0.property] } ?? []
        repeat properties.append((each member).property)
        return properties
    }
}

/// Collects the members of a resource. Each is type-checked by itself, which keeps long resources quick to compile.
@resultBuilder
package enum MemberBuilder<Root> {
    package static func buildExpression<Part>(_ member: Member<Root, Part>) -> Member<Root, Part> {
        member
    }

    package static func buildBlock<each Part>(_ member: repeat Member<Root, each Part>) -> MemberList<Root, repeat each Part> {
        MemberList(member: (repeat each member))
    }
}

/// A member with the same value in all documents of a resource.
package struct ConstantMember: Sendable {
    private let name: String
    private let value: JSONValue
    let property: Schema.Property

    package init(_ name: String, _ value: JSONValue, _ summary: String = "") {
        self.name = name
        self.value = value
        let schema = Schema.constant(value)
        property = .required(name, summary.isEmpty ? schema : schema.described(summary))
    }

    func write(_ json: inout JSONWriter) {
        json.name(name)
        json.write(value)
    }

    /// Notes a mistake if the object has no such member, or another value.
    func check(_ given: JSONValue.Object, _ reader: inout ResourceReader) {
        guard let member = given.first(where: { $0.name == name }) else { return reader.note("missing", member: name) }
        guard member.value != value else { return }
        var json = JSONWriter(capacity: 64)
        json.write(value)
        reader.within(member) { $0.note("\(String(decoding: json.bytes, as: UTF8.self)) is expected") }
    }
}
