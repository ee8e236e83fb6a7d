package import Cedar
import ClassAd

/// The answer of DC_SEC_QUERY (60040). There is no request: the command in question is part of the security negotiation.
package struct SecurityQueryReply: Sendable, Equatable {
    /// Whether the identity may run the command in question.
    package var isAuthorized: Bool
    /// Claims of the token, if one was used.
    package var tokenSubject: String?
    package var tokenIssuer: String?
    package var tokenScopes: String?

    package init(isAuthorized: Bool, tokenSubject: String? = nil, tokenIssuer: String? = nil, tokenScopes: String? = nil) {
        self.isAuthorized = isAuthorized
        self.tokenSubject = tokenSubject
        self.tokenIssuer = tokenIssuer
        self.tokenScopes = tokenScopes
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("AuthorizationSucceeded", isAuthorized)
        if let tokenSubject { ad.set("AuthTokenSubject", tokenSubject) }
        if let tokenIssuer { ad.set("AuthTokenIssuer", tokenIssuer) }
        if let tokenScopes { ad.set("AuthTokenScopes", tokenScopes) }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        self.init(
            isAuthorized: ad.boolean("AuthorizationSucceeded") ?? false, tokenSubject: ad.string("AuthTokenSubject"),
            tokenIssuer: ad.string("AuthTokenIssuer"), tokenScopes: ad.string("AuthTokenScopes"))
    }
}
