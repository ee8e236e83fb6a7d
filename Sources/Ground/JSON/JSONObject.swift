extension JSONValue {
    /// A name of an object with its value.
    ///
    /// Two members are equal if their names and values are; their positions do not count.
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONValue
        /// The position of the name in the text; nil for a member that was not read from a text.
        package var place: JSONPlace?

        package init(name: String, value: JSONValue, place: JSONPlace? = nil) {
            self.name = name
            self.value = value
            self.place = place
        }

        package static func == (left: Member, right: Member) -> Bool { left.name == right.name && left.value == right.value }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    /// The members of a JSON object, in the order in which they are written.
    package struct Object: Sendable, Hashable, RandomAccessCollection {
        /// All members in order.
        package private(set) var members: [Member]

        /// An object without members.
        package init() {
            members = []
        }

        /// An object with these members in this order.
        package init(_ members: some Sequence<Member>) {
            self.members = Array(members)
        }

        /// An object with these members in this order.
        package init(_ members: some Sequence<(String, JSONValue)>) {
            self.members = members.map { Member(name: $0.0, value: $0.1) }
        }

        /// The value of the first member with this name. Assigning replaces it in place or appends a member; `nil` removes it.
        package subscript(name: String) -> JSONValue? {
            get { members.first { $0.name == name }?.value }
            set {
                if let index = members.firstIndex(where: { $0.name == name }) {
                    if let newValue {
                        members[index].value = newValue
                    } else {
                        members.remove(at: index)
                    }
                } else if let newValue {
                    members.append(Member(name: name, value: newValue))
                }
            }
        }

        /// Appends a member without looking for an earlier one with this name.
        package mutating func append(_ name: String, _ value: JSONValue) {
            members.append(Member(name: name, value: value))
        }

        /// Appends a member without looking for an earlier one with this name.
        package mutating func append(_ member: Member) {
            members.append(member)
        }

        package var startIndex: Int { 0 }
        package var endIndex: Int { members.count }
        package subscript(position: Int) -> Member { members[position] }
    }
}

extension JSONValue.Object: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
