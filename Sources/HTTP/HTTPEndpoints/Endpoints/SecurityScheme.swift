import JSON

/// How clients of an API prove their identity, for its document and for its challenges. An API without schemes has no identities.
package struct SecurityScheme: Sendable, Hashable {
    private enum Kind: Sendable, Hashable {
        case http(scheme: String)
        case mutualTLS
    }

    /// The name in the document.
    package let name: String
    private let kind: Kind
    private let summary: String
    /// The value of a `WWW-Authenticate` field that asks for it; nil where HTTP has no challenge.
    let challenge: String?

    private init(name: String, kind: Kind, summary: String, challenge: String?) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.challenge = challenge
    }

    /// A token (RFC 6750).
    package static let bearer = SecurityScheme(
        name: "bearer", kind: .http(scheme: "bearer"), summary: "A token in the Authorization field", challenge: "Bearer")

    /// A name and a password (RFC 7617).
    /// - Parameter realm: of letters, digits, spaces, dots and dashes; other characters become spaces.
    package static func basic(realm: String) -> SecurityScheme {
        let realm = String(realm.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : " " })
        return SecurityScheme(
            name: "basic", kind: .http(scheme: "basic"), summary: "A name and a password in the Authorization field",
            challenge: "Basic realm=\"\(realm)\", charset=\"UTF-8\"")
    }

    /// A certificate of the client.
    package static let mutualTLS = SecurityScheme(
        name: "mutualTLS", kind: .mutualTLS, summary: "A certificate in the TLS handshake", challenge: nil)

    /// The Security Scheme Object (OpenAPI 3.1).
    var json: JSONValue {
        switch kind {
        case .http(let scheme): ["type": "http", "scheme": .string(scheme), "description": .string(summary)]
        case .mutualTLS: ["type": "mutualTLS", "description": .string(summary)]
        }
    }
}
