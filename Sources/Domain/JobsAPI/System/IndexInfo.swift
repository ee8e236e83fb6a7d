package import HTTPEndpoints

/// The entry page of the interface, with links to everything else.
package struct IndexInfo: ResourceValue {
    package var name: String
    package var version: String
    /// Paths by name.
    package var links: [String: String]

    package init(name: String, version: String, links: [String: String]) {
        self.name = name
        self.version = version
        self.links = links
    }

    package static let resource = Resource("", make: IndexInfo.init) {
        Member.required("name", \.name, .string)
        Member.required("version", \.version, .string)
        Member.required("links", \.links, .map(of: .string))
    }
}
