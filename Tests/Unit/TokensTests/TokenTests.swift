import Testing
import Text

@testable import Tokens

@Suite struct TokenTests {
    @Test func recordedKeysAndTokens() throws {
        let vector = try TokenVector.load()
        let key = try SigningKey(id: vector.kid, fileContents: vector.keyFileHex.bytes)
        let mask: [UInt8] = [0xDE, 0xAD, 0xBE, 0xEF]
        let unscrambled = vector.keyFileHex.bytes.enumerated().map { $1 ^ mask[$0 % 4] }
        #expect(unscrambled == vector.unscrambledHex.bytes)
        #expect(unscrambled + unscrambled == vector.signingKeyHexDoubled.bytes)

        let token = try BearerToken(vector.token)
        #expect(token.kind == .poolToken)
        #expect(vector.header.alg == "HS256")
        #expect(token.keyID == vector.header.kid)
        #expect(token.issuer == vector.payload.iss)
        #expect(token.subject == vector.payload.sub)
        #expect(token.tokenID == vector.payload.jti)
        #expect(token.issuedAt == vector.payload.iat)
        #expect(token.expiration == nil)
        #expect(token.scopes.isEmpty)
        #expect(token.signature == vector.signatureHex.bytes)
        #expect(token.text == vector.token)
        #expect(key.verifies(token))

        let claims = IDToken(
            subject: vector.payload.sub, issuer: vector.payload.iss, issuedAt: vector.payload.iat, tokenID: vector.payload.jti)
        #expect(try claims.signed(with: key).text == vector.token)

        // A key of another name is not doubled.
        let other = try SigningKey(id: vector.otherKid.kid, fileContents: vector.otherKid.keyFileHex.bytes)
        #expect(
            vector.otherKid.keyFileHex.bytes.enumerated().map { $1 ^ mask[$0 % 4] } == Array(vector.otherKid.signingKeyAscii.utf8))
        let otherToken = try BearerToken(vector.otherKid.token)
        #expect(otherToken.scopes == ["condor:/READ", "condor:/WRITE"])
        #expect(other.verifies(otherToken))
        #expect(!key.verifies(otherToken))
        let otherClaims = IDToken(
            subject: try #require(otherToken.subject), issuer: try #require(otherToken.issuer), issuedAt: try #require(otherToken.issuedAt),
            expiration: otherToken.expiration, tokenID: try #require(otherToken.tokenID), scopes: otherToken.scopes)
        #expect(try otherClaims.signed(with: other).text == vector.otherKid.token)
    }

    /// A token with the given header and payload and `length` bytes as signature.
    private func token(_ header: String, _ payload: String = #"{"sub":"a@b"}"#, signature length: Int = 32) -> String {
        Base64.encodeURL(header.utf8) + "." + Base64.encodeURL(payload.utf8) + "." + Base64.encodeURL([UInt8](repeating: 1, count: length))
    }

    @Test func acceptedForms() throws {
        #expect(try BearerToken(token(#"{"alg":"HS256","kid":"POOL"}"#)).kind == .poolToken)
        #expect(try BearerToken(token(#" { "kid" : "P\u004fOL" , "typ":"JWT", "alg":"HS256","x":[1,{"y":null}] } "#)).keyID == "POOL")
        #expect(try BearerToken(token(#"{"alg":"RS256"}"#, signature: 256)).kind == .scitoken)
        #expect(try BearerToken(token(#"{"alg":"ES256","kid":"x"}"#, signature: 64)).kind == .scitoken)
        let times = try BearerToken(token(#"{"alg":"HS256","kid":"k"}"#, #"{"jti":"x","exp":12.9,"iat":-1e3}"#))
        #expect(times.expiration == 12)
        #expect(times.issuedAt == -1000)
        #expect(times.claims.name == "x")
    }

    @Test(arguments: [
        #"{"alg":"none","kid":"POOL"}"#, #"{"alg":"HS384","kid":"POOL"}"#, #"{"alg":"HS512","kid":"POOL"}"#,
        #"{"alg":"hs256","kid":"POOL"}"#,
        #"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":""}"#, #"{"alg":"HS256","kid":5}"#, #"{"kid":"POOL"}"#, #"{"alg":5,"kid":"POOL"}"#,
        #"{"alg":"HS256","kid":"POOL","crit":["exp"]}"#, #"{"alg":"HS256","kid":"POOL","crit":[]}"#,
        #"{"alg":"HS256","alg":"HS256","kid":"POOL"}"#,
        #"{"alg":"none","\u0061lg":"HS256","kid":"POOL"}"#, #"["alg"]"#, #""alg""#, "", "{", #"{"alg":"HS256","kid":"POOL"}}"#,
        #"{"alg":"HS256","kid":"POOL",}"#, #"{'alg':'HS256','kid':'POOL'}"#, #"{"alg":"HS256","kid":"\ud800"}"#,
        "{\"alg\":\"HS256\",\"kid\":\"a\u{1}\"}",
        #"{"alg":"HS256","kid":"a\u0000b"}"#, #"{"alg":"HS256","kid":"POOL","n":01}"#, #"{"alg":"HS256","kid":"POOL","n":1e999}"#,
        #"{"alg":"HS256","kid":"POOL","n":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}", "null",
    ])
    func refusedHeaders(header: String) {
        #expect(throws: TokenError.self) { try BearerToken(token(header)) }
    }

    @Test func refusedForms() throws {
        let header = #"{"alg":"HS256","kid":"POOL"}"#
        let good = token(header)
        var wrong = [
            "", ".", "..", "...", good + ".", good + "=", "." + good, good + ".x", token(header, signature: 0),
            token(header, signature: 31),
            token(header, signature: 33), token(header, signature: 48), token(header, "{}"), token(header, #"{"sub":""}"#),
            token(header, #"{"sub":1}"#),
            token(header, #"{"sub":"a","exp":"soon"}"#), token(header, #"{"sub":"a","exp":1e300}"#),
            token(header, #"{"sub":"a","sub":"b"}"#),
            token(header, "not json"), token(#"{"alg":"RS256"}"#, signature: 32), token(#"{"alg":"ES256"}"#, signature: 63), good + "\n",
            " " + good, good.replacing(".", with: ". "), "Bearer " + good,
            token(header, #"{"sub":""# + String(repeating: "a", count: 13_000) + #""}"#),
        ]
        wrong.append(String(good.dropLast(44)))
        wrong.append(good.replacing(".", with: ".="))
        // The last digit of 32 bytes has two bits that mean nothing: only one spelling is accepted.
        wrong.append(String(good.dropLast()) + (good.last == "E" ? "F" : "E").replacing("E", with: "F"))
        for text in wrong {
            #expect(throws: TokenError.self, "\(text.prefix(80))") { try BearerToken(text) }
        }
        #expect(good.utf8.count < BearerToken.maximumLength)
    }

    @Test func secretsDoNotPrint() throws {
        let vector = try TokenVector.load()
        let token = try BearerToken(vector.token)
        let key = try SigningKey(id: "POOL", fileContents: vector.keyFileHex.bytes)
        var dumped = ""
        for value in [token, Credential.token(token), key, IdentityDigest(.token(token))] as [Any] {
            dump(value, to: &dumped)
            dumped += "\(value) \(String(reflecting: value))"
        }
        #expect(!dumped.contains(token.signedText))
        #expect(!dumped.contains("3K0qQjIOieuDnBzOXHWPqQH5Ug0RmjTHBfRaPAtLi"))
        #expect(!dumped.contains("220"))
    }

    @Test func wrongKeys() {
        for name in ["", ".", "..", ".hidden", "a/b", "/etc/passwd", "a\nb", "a\0"] {
            #expect(throws: TokenError.self) { try SigningKey(id: name, fileContents: [1]) }
        }
        #expect(throws: TokenError.self) { try SigningKey(id: "k", fileContents: []) }
    }

    @Test func identityDigestsDiffer() throws {
        let vector = try TokenVector.load()
        let credentials: [Credential] = [
            .fileSystem, .anonymous, .claimToBe(""), .claimToBe("a"), .claimToBe("b"), .claimToBe("ab"), .token(try BearerToken(vector.token)),
            .token(try BearerToken(vector.otherKid.token)),
        ]
        #expect(Set(credentials.map { IdentityDigest($0) }).count == credentials.count)
        #expect(IdentityDigest(.token(try BearerToken(vector.token))) == IdentityDigest(.token(try BearerToken(vector.token))))
    }
}
