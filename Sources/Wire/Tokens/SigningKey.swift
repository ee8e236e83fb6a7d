import Cryptography

/// A key that signs and verifies the pool's tokens. Never prints itself.
///
/// The key file is scrambled: each byte is XORed with DE AD BE EF, repeating. The key named POOL is repeated once; every other key is used as is.
/// From that, HKDF-SHA256 derives the HMAC key, with the salt "htcondor" and the info "master jwt".
///
/// Source: HTCondor 25.14, `condor_io/condor_auth_passwd.cpp`; checked with tokens of `condor_token_create`.
package struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name of the pool's main key, whose bytes are repeated once.
    package static let poolKeyID = "POOL"

    /// The key's name: the `kid` of tokens that it signs.
    package let id: String
    private let key: SecureBytes

    /// - Parameters:
    ///   - id: the key's name. It is also a file name, so it contains no `/` and does not start with a dot.
    ///   - fileContents: every byte of the key file.
    package init(id: String, fileContents: [UInt8]) throws(TokenError) {
        guard Self.isValid(id: id) else { throw TokenError("not a name for a signing key") }
        guard !fileContents.isEmpty else { throw TokenError("the signing key is empty") }
        self.id = id
        let mask: [UInt8] = [0xDE, 0xAD, 0xBE, 0xEF]
        var material = fileContents.enumerated().map { $1 ^ mask[$0 & 3] }
        if id == Self.poolKeyID { material += material }
        key = MessageAuthentication.derivedKey(
            from: SecureBytes(material), salt: Array("htcondor".utf8), info: Array("master jwt".utf8), count: 32)
    }

    static func isValid(id: String) -> Bool {
        !id.isEmpty && id.utf8.first != UInt8(ascii: ".") && !id.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 || $0 == 0x7F }
    }

    /// The signature of a token's header and payload.
    package func signature(of signedText: String) -> [UInt8] {
        MessageAuthentication.code(for: Array(signedText.utf8), key: key, .sha256)
    }

    /// Whether the token was signed with this key. Does not check its expiry.
    package func verifies(_ token: BearerToken) -> Bool {
        token.kind == .poolToken && token.keyID == id
            && MessageAuthentication.isValid(token.signature, for: Array(token.signedText.utf8), key: key, .sha256)
    }

    package var description: String { "SigningKey(\(id))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
