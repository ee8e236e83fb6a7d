import Cedar
import HTTPKit
import HTTPTypes
import NIOCore

/// Takes the credential out of a request: a bearer token, or the user header of a trusted proxy.
///
/// Whether a token is good is the scheduler's to say; here only its form is checked, so that nothing but a token ever reaches the scheduler.
struct Authenticator: Sendable {
    /// Where users named by a proxy get their tokens.
    struct ProxyUsers: Sendable {
        var header: HTTPField.Name
        var proxies: TrustedProxies
        var domain: String
        var minter: TokenMinter
    }

    let proxyUsers: ProxyUsers?

    /// Nil when the request has no credentials.
    func caller(of request: Request) throws(Problem) -> Caller? {
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else {
            throw Problem(.badRequest, "Authorization was sent more than once")
        }
        if let authorization = authorizations.first { return Caller(credential: .token(try Self.token(authorization))) }
        return try proxyCaller(of: request)
    }

    private static func token(_ authorization: String) throws(Problem) -> BearerToken {
        let bytes = authorization.utf8
        let scheme = bytes.prefix { $0 != 0x20 }
        guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            throw Problem(.authenticationRequired, "Only the scheme Bearer is understood: Authorization: Bearer TOKEN", headers: [.wwwAuthenticate: "Bearer"])
        }
        var text = Substring(bytes.dropFirst(6))
        while text.utf8.first == 0x20 { text = text.dropFirst() }
        while text.utf8.last == 0x20 { text = text.dropLast() }
        do {
            return try BearerToken(text)
        } catch {
            throw Problem(.tokenMalformed, "\(error.message)", headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        }
    }

    private func proxyCaller(of request: Request) throws(Problem) -> Caller? {
        guard let proxyUsers, isTrusted(request.peer, proxyUsers.proxies) else { return nil }
        let values = request.headers[values: proxyUsers.header]
        guard !values.isEmpty else { return nil }
        let name = proxyUsers.header.rawName
        do {
            let user = try ProxyUser(headerValues: values, domain: proxyUsers.domain)
            return Caller(credential: .token(try proxyUsers.minter.token(for: user)), user: user.identity)
        } catch let refusal as ProxyUser.Refusal {
            let what =
                switch refusal {
                case .sentTwice: "was sent more than once"
                case .empty: "is empty"
                case .tooLong: "is longer than \(ProxyUser.maximumLength) bytes"
                case .badCharacter: "is not one plain user name (letters, digits and . _ - +, and at most one @)"
                }
            throw Problem(.badUserHeader, "\(name) \(what)", errors: [.init(.parameter(name), "\(name) \(what)")])
        } catch {
            throw Problem(.badUserHeader, "\(name) names no user a token can be made for")
        }
    }

    private func isTrusted(_ peer: SocketAddress?, _ proxies: TrustedProxies) -> Bool {
        guard let peer else { return proxies.containsUnixPeers }
        if case .unixDomainSocket = peer { return proxies.containsUnixPeers }
        guard let address = peer.ipAddress else { return false }
        return proxies.contains(address: address)
    }
}
