import Tokens

/// The client's end of the TOKEN method: three messages of AKEP2, with the token's signature as the common secret.
struct TokenClient: ClientAuthenticator {
    private enum State {
        /// Nothing sent yet. Left by `start`.
        case initial
        /// The claim was sent. Left by the server's proof or refusal.
        case awaitingProof
        /// The method has ended.
        case ended
    }

    let method = AuthenticationMethod.token
    private let name: String
    private let signedText: String
    private let secrets: AKEP2
    private let random: [UInt8]
    private var state = State.initial

    init(token: BearerToken, random: [UInt8]) {
        name = token.claims.name
        signedText = token.signedText
        secrets = AKEP2(signature: token.signature, signedText: token.signedText)
        self.random = random
    }

    mutating func start() -> [AuthenticatorStep] {
        state = .awaitingProof
        var message = MessageEncoder(encrypted: false)
        message.write(integer: 0)
        message.write(integer: name.utf8.count)
        message.write(string: name)
        message.write(string: signedText)
        message.write(integer: random.count)
        message.write(bytes: random)
        return [.send(message.bytes)]
    }

    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [AuthenticatorStep] {
        guard case .awaitingProof = state else { throw CedarError(.unexpectedEvent, "a message came that nothing waits for") }
        state = .ended
        let answer = try TokenServerMessage(from: &message)
        guard answer.status == 0 else {
            return [.send(Self.answer(status: -1, name: "", random: [], proof: [])), .failed(refusal("the server refused the token"))]
        }
        guard answer.clientName == name, answer.clientRandom == random, answer.serverRandom.count == AKEP2.randomLength,
            secrets.isServerProof(
                answer.proof, client: name, server: answer.serverName, clientRandom: random, serverRandom: answer.serverRandom)
        else {
            return [
                .send(Self.answer(status: -1, name: "", random: [], proof: [])),
                .failed(refusal("the server could not prove that it knows the token's signature: the token is signed with another key")),
            ]
        }
        let proof = secrets.clientProof(client: name, serverRandom: answer.serverRandom)
        return [.send(Self.answer(status: 0, name: name, random: answer.serverRandom, proof: proof)), .succeeded]
    }

    private static func answer(status: Int, name: String, random: [UInt8], proof: [UInt8]) -> [UInt8] {
        var message = MessageEncoder(encrypted: false)
        message.write(integer: status)
        message.write(integer: name.utf8.count)
        message.write(string: name)
        message.write(integer: random.count)
        message.write(bytes: random)
        message.write(integer: proof.count)
        message.write(bytes: proof)
        return message.bytes
    }

    private func refusal(_ reason: String) -> CedarError {
        CedarError(.authenticationFailed, reason, phase: .authentication(.token))
    }
}

/// The server's message in the middle of the TOKEN method.
struct TokenServerMessage: Sendable, Equatable {
    var status: Int64
    var clientName = ""
    var serverName = ""
    var clientRandom: [UInt8] = []
    var serverRandom: [UInt8] = []
    var proof: [UInt8] = []

    /// Longest name accepted, in bytes.
    static let maximumNameLength = 16_384

    init(status: Int64) {
        self.status = status
    }

    init(from message: inout MessageDecoder) throws(CedarError) {
        status = try message.readInteger()
        clientName = try message.readCountedString(limit: Self.maximumNameLength)
        serverName = try message.readCountedString(limit: Self.maximumNameLength)
        clientRandom = try message.readCountedBytes(limit: AKEP2.randomLength)
        serverRandom = try message.readCountedBytes(limit: AKEP2.randomLength)
        proof = try message.readCountedBytes(limit: AKEP2.randomLength)
    }

    var bytes: [UInt8] {
        var message = MessageEncoder(encrypted: false)
        message.write(integer: status)
        message.write(integer: clientName.utf8.count)
        message.write(string: clientName)
        message.write(integer: serverName.utf8.count)
        message.write(string: serverName)
        for field in [clientRandom, serverRandom, proof] {
            message.write(integer: field.count)
            message.write(bytes: field)
        }
        return message.bytes
    }
}

extension MessageDecoder {
    /// A length, then that many bytes.
    mutating func readCountedBytes(limit: Int) throws(CedarError) -> [UInt8] {
        try readBytes(try readCount(limit: limit))
    }

    /// A length, then a string of that many bytes.
    mutating func readCountedString(limit: Int) throws(CedarError) -> String {
        let length = try readCount(limit: limit)
        let text = try readStringBytes()
        guard text.count == length, let text = String(validating: text, as: UTF8.self) else {
            throw CedarError(.malformed, "a name does not have the length it claims")
        }
        return text
    }
}
