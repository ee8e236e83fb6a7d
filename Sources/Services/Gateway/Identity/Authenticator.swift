import JobsAPI
import Tokens
import HTTPMessages
import HTTPServer
import HTTPTypes
import Jobs
import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Takes the credential from a request: a bearer token, the user header of a trusted proxy, or the client's certificate, in this order.
///
/// The scheduler decides whether a token is valid. Only its form is checked here, so that nothing but a token ever reaches the scheduler.
struct Authenticator: Sendable {
    /// Configuration for users named by a proxy, and the source of their tokens.
    struct ProxyUsers: Sendable {
        var header: HTTPField.Name
        var proxies: TrustedProxies
        var domain: String
        var minter: TokenMinter
    }

    /// Configuration for users named by certificates, and the source of their tokens.
    struct CertificateUsers: Sendable {
        var authorities: ClientAuthorities
        var domain: String
        var minter: TokenMinter
    }

    var proxyUsers: ProxyUsers?
    var certificateUsers: CertificateUsers?

    /// Nil if the request has no credentials.
    func caller(of request: Request) throws(Problem) -> Caller? {
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else {
            throw Problem(.badRequest, "Authorization was sent more than once")
        }
        if let authorization = authorizations.first { return Caller(credential: .token(try Self.token(authorization))) }
        if let caller = try proxyCaller(of: request) { return caller }
        return try certificateCaller(of: request)
    }

    private static func token(_ authorization: String) throws(Problem) -> BearerToken {
        let bytes = authorization.utf8
        let scheme = bytes.prefix { $0 != 0x20 }
        guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            throw Problem(
                .authenticationRequired, "Only the scheme Bearer is supported: Authorization: Bearer TOKEN", headers: [.wwwAuthenticate: "Bearer"])
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
            return try Self.caller(named: values, by: proxyUsers.minter, domain: proxyUsers.domain)
        } catch let refusal as NamedUser.Refusal {
            let detail = "\(name) \(refusal == .several ? "was sent more than once" : Self.description(of: refusal))"
            throw Problem(.badUserHeader, detail, errors: [.init(.parameter(name), detail)])
        } catch {
            throw Problem(.badUserHeader, "\(name) does not name a user for whom a token can be made")
        }
    }

    private func certificateCaller(of request: Request) throws(Problem) -> Caller? {
        guard let certificateUsers, let certificate = request.clientCertificate else { return nil }
        try Self.checkStillGood(certificate, certificateUsers)
        try Self.checkSite(of: request)
        do {
            return try Self.caller(named: certificate.commonNames, by: certificateUsers.minter, domain: certificateUsers.domain)
        } catch let refusal as NamedUser.Refusal {
            throw Problem(
                .badClientCertificate,
                refusal == .several
                    ? "The certificate's subject has more than one common name"
                    : "The common name in the certificate's subject \(Self.description(of: refusal))")
        } catch {
            throw Problem(.badClientCertificate, "The certificate does not name a user for whom a token can be made")
        }
    }

    private static func caller(named names: [String], by minter: TokenMinter, domain: String) throws -> Caller {
        let user = try NamedUser(names, domain: domain)
        return Caller(credential: .token(try minter.token(for: user)), user: user.identity)
    }

    private static func description(of refusal: NamedUser.Refusal) -> String {
        switch refusal {
        case .several: "is not the only one"
        case .empty: "is empty"
        case .tooLong: "is longer than \(NamedUser.maximumLength) bytes"
        case .badCharacter: "is not a plain user name (letters, digits and . _ - +, and at most one @)"
        }
    }

    /// Checks that the certificate is still valid: it was verified when the connection began.
    private static func checkStillGood(_ certificate: ClientCertificate, _ users: CertificateUsers) throws(Problem) {
        let reason: String
        if certificate.validUntil < Int64(time(nil)) {
            reason = "The certificate has expired since the connection began"
        } else if certificate.authorities != users.authorities.identity {
            reason = "The accepted CAs have changed since the connection began; connect again"
        } else {
            return
        }
        throw Problem(.clientCertificateRejected, reason, headers: [.wwwAuthenticate: "Bearer"])
    }

    /// Rejects changes requested by pages of other sites, since a browser presents the certificate for any site. Allowed are our own pages, and
    /// requests that come from no page (W3C Fetch Metadata).
    private static func checkSite(of request: Request) throws(Problem) {
        guard request.method != .get, request.method != .head, let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            site != "same-origin", site != "none"
        else { return }
        throw Problem(.otherSite, "Pages of other sites cannot use a client certificate; send a token")
    }

    private func isTrusted(_ peer: SocketAddress?, _ proxies: TrustedProxies) -> Bool {
        guard let peer else { return proxies.containsUnixPeers }
        if case .unixDomainSocket = peer { return proxies.containsUnixPeers }
        guard let address = peer.ipAddress else { return false }
        return proxies.contains(address: address)
    }
}
