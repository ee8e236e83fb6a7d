package import JSON

/// A JSON object that an interface takes or gives: one declaration from which the decoder, the encoder, the JSON Schema and the component of the
/// OpenAPI document are made.
///
///     struct Submission: ResourceValue {
///         var cluster: Int
///         var warnings: [Warning]
///
///         static let resource = Resource("Submission", "A cluster that was queued.", make: Submission.init) {
///             Member.required("cluster_id", \.cluster, .integer(1...), "The number of the cluster")
///             Member.required("warnings", \.warnings, .array(of: .resource), "Findings that did not stop the submission")
///         }
///     }
///
/// Reading a document finds all its mistakes at once. Members that the resource does not have are refused in a request, and ignored in an answer.
package struct Resource<Value>: Sendable {
    /// The name of the component. Empty for an object that is described where it is used.
    package let name: String
    /// The members in the order in which they are written.
    package let members: [Schema.Property]
    /// How the whole object is described, written and read.
    package let codec: Codec<Value>
    /// Writes the members without the braces around them.
    package let writeMembers: Codec<Value>.Write

    /// A resource that is written and read.
    /// - Parameters:
    ///   - name: the name of the component, or an empty string.
    ///   - summary: what the resource is, for the document.
    ///   - constant: a member with the same value in all documents, written first. It tells the alternatives of a union apart.
    ///   - isOpen: whether documents may have other members as well, which are ignored.
    ///   - checks: conditions between members, looked at when each member by itself is right.
    ///   - make: takes the values of the members in their order, as the memberwise initialiser of a structure does.
    package init<each Part>(
        _ name: String, _ summary: String = "", constant: ConstantMember? = nil, isOpen: Bool = false, checks: [Check] = [],
        example: JSONValue? = nil, make: @escaping @Sendable (repeat each Part) -> Value,
        @MemberBuilder<Value> members: () -> MemberList<Value, repeat each Part>
    ) {
        let list = members()
        let names = list.properties(after: constant).map(\.name)
        self.init(name, summary, constant, list, isOpen: isOpen, example) { json, reader in
            guard case .object(let given) = json else { return reader.expected("an object", insteadOf: json) }
            let mistakesBefore = reader.mistakes.count
            if !isOpen, reader.unknownMembers == .refused {
                for member in given where !names.contains(member.name) { reader.refuse(member, known: names) }
            }
            constant?.check(given, &reader)
            let parts = (repeat (each list.member).read(in: given, &reader))
            guard reader.mistakes.count == mistakesBefore, let value = try? make(repeat Self.unwrapped(each parts)) else { return nil }
            for check in checks { check.run(value, &reader) }
            return value
        }
    }

    /// A resource that is only written, of a value that cannot be made from its members. Reading one always ends in a mistake.
    package init<each Part>(
        _ name: String, _ summary: String = "", constant: ConstantMember? = nil, example: JSONValue? = nil,
        @MemberBuilder<Value> members: () -> MemberList<Value, repeat each Part>
    ) {
        self.init(name, summary, constant, members(), isOpen: false, example) { _, reader in
            reader.note("this document is only written, never read")
            return nil
        }
    }

    private init<each Part>(
        _ name: String, _ summary: String, _ constant: ConstantMember?, _ list: MemberList<Value, repeat each Part>, isOpen: Bool,
        _ example: JSONValue?, read: @escaping Codec<Value>.Read
    ) {
        let writeMembers: Codec<Value>.Write = { value, json in
            constant?.write(&json)
            repeat (each list.member).write(value, &json)
        }
        self.name = name
        self.writeMembers = writeMembers
        members = list.properties(after: constant)
        var schema = Schema.object(members, additional: isOpen ? .anything : .refused)
        if !summary.isEmpty { schema = schema.described(summary) }
        if let example { schema = schema.example(example) }
        if !name.isEmpty { schema = .component(name, schema) }
        codec = Codec(schema) { value, json in
            json.beginObject()
            writeMembers(value, &json)
            json.endObject()
        } read: { json, reader in
            read(json, &reader)
        }
    }

    private struct Missing: Error {}

    private static func unwrapped<Part>(_ part: Part?) throws(Missing) -> Part {
        guard let part else { throw Missing() }
        return part
    }
}

extension Resource {
    /// The schema of the object: a reference, if the resource has a name.
    package var schema: Schema { codec.schema }

    /// A condition between members.
    package struct Check: Sendable {
        let run: @Sendable (Value, inout ResourceReader) -> Void

        /// - Parameters:
        ///   - member: the member that the mistake points to, `nil` for the whole object.
        ///   - text: what is wrong if the condition does not hold.
        package init(at member: String? = nil, _ text: String, _ holds: @escaping @Sendable (Value) -> Bool) {
            run = { value, reader in
                guard !holds(value) else { return }
                if let member { reader.note(text, member: member) } else { reader.note(text) }
            }
        }
    }
}

/// A value with a resource of its own.
package protocol ResourceValue: Sendable {
    /// A resource cannot contain itself.
    static var resource: Resource<Self> { get }
}

extension Codec where Value: ResourceValue {
    /// The resource of the type.
    package static var resource: Codec { Value.resource.codec }
}
