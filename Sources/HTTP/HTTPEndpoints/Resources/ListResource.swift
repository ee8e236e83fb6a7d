package import JSON

/// A resource with a list that may be too long to be held in memory: `{"job_id":"7.0","events":[…],"count":2}`.
///
/// The elements are written while they arrive. The members of the head come before them, those of the end, which are known last, after them.
package struct ListResource<Head, Element, End>: Sendable {
    /// The name of the component, or an empty string.
    package let name: String
    package let schema: Schema
    /// How an element is described, written and read.
    package let element: Codec<Element>
    /// The name of the member with the elements.
    private let list: String
    private let head: Resource<Head>
    private let end: Resource<End>

    /// - Parameters:
    ///   - summary: what the resource is, for the document.
    ///   - list: the name of the member with the elements.
    package init(
        _ name: String, _ summary: String = "", head: Resource<Head>, list: String, of element: Codec<Element>, end: Resource<End>
    ) {
        self.name = name
        self.element = element
        self.list = list
        self.head = head
        self.end = end
        let members = head.members + [.required(list, .array(of: element.schema))] + end.members
        let object = summary.isEmpty ? Schema.object(members) : Schema.object(members).described(summary)
        schema = name.isEmpty ? object : .component(name, object)
    }

    /// Writes everything before the first element.
    package func begin(_ value: Head, _ json: inout JSONWriter) {
        json.beginObject()
        head.writeMembers(value, &json)
        json.name(list)
        json.beginArray()
    }

    /// Writes everything after the last element.
    package func finish(_ value: End, _ json: inout JSONWriter) {
        json.endArray()
        end.writeMembers(value, &json)
        json.endObject()
    }
}

extension Resource where Value == Void {
    /// No members.
    package static var empty: Resource { Resource("", make: {}) {} }
}

extension ListResource where Head == Void {
    /// A list without a head.
    package init(_ name: String, _ summary: String = "", list: String, of element: Codec<Element>, end: Resource<End>) {
        self.init(name, summary, head: .empty, list: list, of: element, end: end)
    }

    package func begin(_ json: inout JSONWriter) { begin((), &json) }
}

extension ListResource where End == Void {
    /// A list without an end.
    package init(_ name: String, _ summary: String = "", head: Resource<Head>, list: String, of element: Codec<Element>) {
        self.init(name, summary, head: head, list: list, of: element, end: .empty)
    }

    package func finish(_ json: inout JSONWriter) { finish((), &json) }
}
