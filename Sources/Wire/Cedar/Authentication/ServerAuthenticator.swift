import Tokens

/// The server's end of one authentication method: a machine of its own, run by ``ServerHandshake``.
///
/// A thrown error ends the handshake; a method that fails in order returns ``ServerAuthenticatorStep/failed(_:)``, after which the
/// client offers the methods it has left.
protocol ServerAuthenticator: Sendable {
    /// The server's first move, for methods where it makes one.
    mutating func start() throws(CedarError) -> [ServerAuthenticatorStep]

    /// A whole message of the client. Whatever is left of it afterwards is an error.
    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep]

    /// What was found where a directory was to be looked at; nil when nothing is there.
    mutating func directoryInspected(_ status: DirectoryStatus?) throws(CedarError) -> [ServerAuthenticatorStep]
}

extension ServerAuthenticator {
    mutating func start() throws(CedarError) -> [ServerAuthenticatorStep] { [] }

    mutating func directoryInspected(_ status: DirectoryStatus?) throws(CedarError) -> [ServerAuthenticatorStep] {
        throw CedarError(.unexpectedEvent, "no directory was asked for")
    }
}

/// What a method wants.
enum ServerAuthenticatorStep: Sendable {
    case send([UInt8])
    case inspectDirectory(String)
    case succeeded(ProvenIdentity)
    case failed(CedarError)
}

/// Who the client turned out to be.
struct ProvenIdentity: Sendable, Equatable {
    /// `user@domain`.
    var user: String
    var limits: Set<AuthorizationLevel>?
    var token: ServerSession.TokenFacts?
}

/// What `lstat` says of a path, with the owner's name looked up.
package struct DirectoryStatus: Sendable, Hashable {
    /// True for a directory, false for everything else, a symbolic link included.
    package var isDirectory: Bool
    /// Permission bits, the special ones included.
    package var mode: UInt32
    package var linkCount: Int
    /// The owner's account name; nil when the owner has none.
    package var owner: String?

    package init(isDirectory: Bool, mode: UInt32, linkCount: Int, owner: String?) {
        self.isDirectory = isDirectory
        self.mode = mode
        self.linkCount = linkCount
        self.owner = owner
    }
}

/// The server's end of CLAIMTOBE.
struct ClaimToBeServer: ServerAuthenticator {
    let domain: String

    func receive(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep] {
        guard try message.readInteger() == 1 else {
            return [.failed(CedarError(.authenticationFailed, "the client has no name", phase: .authentication(.claimToBe)))]
        }
        let name = try message.readString()
        guard let user = UserName.qualified(name, domain: domain) else {
            throw CedarError(.authenticationFailed, "the client claims a name that no user can have")
        }
        var answer = MessageEncoder(encrypted: false)
        answer.write(integer: 1)
        return [.send(answer.bytes), .succeeded(ProvenIdentity(user: user))]
    }
}

/// The server's end of ANONYMOUS.
struct AnonymousServer: ServerAuthenticator {
    let domain: String

    func start() -> [ServerAuthenticatorStep] {
        var answer = MessageEncoder(encrypted: false)
        answer.write(integer: 1)
        return [.send(answer.bytes), .succeeded(ProvenIdentity(user: "CONDOR_ANONYMOUS_USER@" + domain))]
    }

    func receive(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep] {
        throw CedarError(.unexpectedEvent, "a message came that nothing waits for")
    }
}

/// Names of users.
enum UserName {
    /// `user@domain`, with the given domain when the name has none; nil for a name that no user can have.
    static func qualified(_ name: String, domain: String) -> String? {
        guard (1...256).contains(name.utf8.count), name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }) else {
            return nil
        }
        guard let at = name.utf8.lastIndex(of: UInt8(ascii: "@")) else { return name + "@" + domain }
        guard at > name.startIndex else { return nil }
        let user = name[..<at]
        let given = name[at...].dropFirst()
        // The domain of users without an identity can be claimed by nobody.
        guard given.lowercased() != "unmapped" else { return nil }
        return user + "@" + (given.isEmpty ? domain : String(given))
    }
}
