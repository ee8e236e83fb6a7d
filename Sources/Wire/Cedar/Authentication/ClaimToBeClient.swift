import Tokens

/// The client's end of CLAIMTOBE: it says a name, the server believes it.
struct ClaimToBeClient: ClientAuthenticator {
    let method = AuthenticationMethod.claimToBe
    let user: String

    func start() -> [AuthenticatorStep] {
        var message = MessageEncoder(encrypted: false)
        message.write(integer: 1)
        message.write(string: user)
        return [.send(message.bytes)]
    }

    func receive(_ message: inout MessageDecoder) throws(CedarError) -> [AuthenticatorStep] {
        guard try message.readInteger() == 1 else {
            return [.failed(CedarError(.authenticationFailed, "the server did not accept the name", phase: .authentication(method)))]
        }
        return [.succeeded]
    }
}

/// The client's end of ANONYMOUS: the server says that it is fine.
struct AnonymousClient: ClientAuthenticator {
    let method = AuthenticationMethod.anonymous

    func start() -> [AuthenticatorStep] { [] }

    func receive(_ message: inout MessageDecoder) throws(CedarError) -> [AuthenticatorStep] {
        guard try message.readInteger() == 1 else {
            return [.failed(CedarError(.authenticationFailed, "the server wants an identity", phase: .authentication(method)))]
        }
        return [.succeeded]
    }
}
