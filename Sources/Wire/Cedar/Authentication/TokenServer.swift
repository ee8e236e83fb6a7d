import Tokens

/// The server's end of the TOKEN method.
///
/// A token is refused (with status -1, before anything is proven) unless it names a key that is known, is signed by HS256, has an issuer, an
/// id and a subject of the form `user@domain`, is within its time, and the client claims just that subject.
struct TokenServer: ServerAuthenticator {
    private enum State {
        /// Left by the client's claim.
        case awaitingClaim
        /// Left by the client's proof.
        case awaitingProof(Claim)
        /// The claim was refused. Left by the client's last message.
        case refused(CedarError)
        case ended
    }

    private struct Claim: Sendable {
        var name: String
        var secrets: AKEP2
        var identity: ProvenIdentity
    }

    private let keys: [String: SigningKey]
    private let serverName: String
    private let random: [UInt8]
    /// Seconds since 1970.
    private let now: Int64
    private let maximumAge: Int64?
    private var state = State.awaitingClaim

    /// Algorithms a token may be signed with.
    static let algorithms: Set<String> = ["HS256"]

    /// - Parameters:
    ///   - serverName: how the server calls itself.
    ///   - now: the time in seconds since 1970.
    ///   - maximumAge: how long after its `iat` a token is accepted, in seconds.
    init(keys: [String: SigningKey], serverName: String, random: [UInt8], now: Int64, maximumAge: Int64?) {
        self.keys = keys
        self.serverName = serverName
        self.random = random
        self.now = now
        self.maximumAge = maximumAge
    }

    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep] {
        switch state {
        case .awaitingClaim: return try receiveClaim(&message)
        case .awaitingProof(let claim):
            state = .ended
            return try receiveProof(&message, claim)
        case .refused(let error):
            state = .ended
            _ = try TokenClientAnswer(from: &message)
            return [.failed(error)]
        case .ended: throw CedarError(.unexpectedEvent, "a message came that nothing waits for")
        }
    }

    private mutating func receiveClaim(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep] {
        let status = try message.readInteger()
        let name = try message.readCountedString(limit: TokenServerMessage.maximumNameLength)
        let text = try message.readString()
        let clientRandom = try message.readCountedBytes(limit: AKEP2.randomLength)
        do throws(CedarError) {
            guard status == 0 else { throw CedarError(.authenticationFailed, "the client gave up") }
            guard clientRandom.count == AKEP2.randomLength else { throw CedarError(.malformed, "the client's random bytes are too few") }
            let claim = try check(text, claimedName: name)
            var answer = TokenServerMessage(status: 0)
            answer.clientName = name
            answer.serverName = serverName
            answer.clientRandom = clientRandom
            answer.serverRandom = random
            answer.proof = claim.secrets.serverProof(client: name, server: serverName, clientRandom: clientRandom, serverRandom: random)
            state = .awaitingProof(claim)
            return [.send(answer.bytes)]
        } catch {
            state = .refused(CedarError(.authenticationFailed, error.message, phase: .authentication(.token)))
            return [.send(TokenServerMessage(status: -1).bytes)]
        }
    }

    private func check(_ text: String, claimedName: String) throws(CedarError) -> Claim {
        let claims: TokenClaims
        do throws(TokenError) {
            claims = try TokenClaims(signedText: text)
        } catch {
            throw CedarError(.invalidCredential, error.message)
        }
        guard let keyID = claims.keyID, let key = keys[keyID] else { throw Self.refused("names no key that is known") }
        guard let algorithm = claims.algorithm, Self.algorithms.contains(algorithm) else {
            throw Self.refused("is signed with an algorithm that is not accepted")
        }
        guard let issuer = claims.issuer, !issuer.isEmpty, let id = claims.tokenID, !id.isEmpty else {
            throw Self.refused("lacks its issuer or id")
        }
        if let expiration = claims.expiration, expiration <= now { throw Self.refused("has expired") }
        if let notBefore = claims.notBefore, notBefore > now { throw Self.refused("is not valid yet") }
        if let maximumAge {
            guard let issuedAt = claims.issuedAt, now.subtractingReportingOverflow(issuedAt).partialValue <= maximumAge else {
                throw Self.refused("is too old")
            }
        }
        guard let subject = claims.subject, subject == claimedName, subject.utf8.contains(UInt8(ascii: "@")),
            subject.utf8.last != UInt8(ascii: "@"),
            let user = UserName.qualified(subject, domain: "")
        else { throw Self.refused("has another subject than the client claims, or one that is no user@domain") }
        return Claim(
            name: claimedName, secrets: AKEP2(signature: key.signature(of: text), signedText: text),
            identity: ProvenIdentity(
                user: user, limits: AuthorizationLevel.limits(scopes: claims.scopes),
                token: .init(subject: subject, issuer: issuer, id: id, scopes: claims.scopes)))
    }

    private func receiveProof(_ message: inout MessageDecoder, _ claim: Claim) throws(CedarError) -> [ServerAuthenticatorStep] {
        let answer = try TokenClientAnswer(from: &message)
        guard answer.status == 0 else {
            return [
                .failed(CedarError(.authenticationFailed, "the token is signed with another key", phase: .authentication(.token)))
            ]
        }
        // The client believes it has succeeded: nothing but closing the connection can tell it otherwise.
        guard answer.name == claim.name, answer.random == random,
            claim.secrets.isClientProof(answer.proof, client: claim.name, serverRandom: random)
        else { throw CedarError(.authenticationFailed, "the client could not prove that it knows the token's signature") }
        return [.succeeded(claim.identity)]
    }
}

/// The client's last message of the TOKEN method.
private struct TokenClientAnswer {
    var status: Int64
    var name: String
    var random: [UInt8]
    var proof: [UInt8]

    init(from message: inout MessageDecoder) throws(CedarError) {
        status = try message.readInteger()
        name = try message.readCountedString(limit: TokenServerMessage.maximumNameLength)
        random = try message.readCountedBytes(limit: AKEP2.randomLength)
        proof = try message.readCountedBytes(limit: AKEP2.randomLength)
    }
}

extension TokenServer {
    fileprivate static func refused(_ reason: String) -> CedarError {
        CedarError(.invalidCredential, "the token \(reason)")
    }
}
