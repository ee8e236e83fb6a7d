package import HTTPEndpoints

/// The version of the program.
package struct VersionInfo: ResourceValue, Hashable {
    package var version: String
    /// `nil` if the program was not built in a git checkout.
    package var commit: String?
    /// The version of the interface.
    package var api: String

    package init(version: String, commit: String?, api: String) {
        self.version = version
        self.commit = commit
        self.api = api
    }

    package static let resource = Resource("", make: VersionInfo.init) {
        Member.required("version", \.version, .string)
        Member.required("commit", \.commit, .nullable(.string))
        Member.required("api", \.api, .string)
    }
}
