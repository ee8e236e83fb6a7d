package import HTTPEndpoints
import JSON

/// An identity as the scheduler sees it.
package struct IdentityInfo: ResourceValue, Hashable {
    package var isAuthenticated: Bool
    /// The user's name with its domain.
    package var user: String?
    /// The method of authentication; an inner `nil` means that the scheduler does not tell.
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
