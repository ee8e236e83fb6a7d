package import HTTPEndpoints
import JSON

/// What the scheduler says of an identity.
package struct IdentityInfo: ResourceValue, Hashable {
    package var isAuthenticated: Bool
    /// The user with the domain.
    package var user: String?
    /// The method of authentication; `nil` inside if the scheduler does not tell.
    package var method: String??
    package var authorizations: [String]?

    package init(isAuthenticated: Bool, user: String? = nil, method: String?? = nil, authorizations: [String]? = nil) {
        self.isAuthenticated = isAuthenticated
        self.user = user
        self.method = method
        self.authorizations = authorizations
    }

    package static let resource = Resource("", make: IdentityInfo.init) {
        Member.required("authenticated", \.isAuthenticated, .boolean)
        Member.optional("user", \.user, .string.example("alice@pool.example"))
        Member.optional("method", \.method, .nullable(.string.example("TOKEN")))
        Member.optional("authorizations", \.authorizations, .array(of: .string))
    }
}
