import Tokens

/// The client's end of the FS method: it makes the directory the server names, whose owner proves the identity.
///
/// A name that ends in `_` invites the client to add the address it used to connect, so that nobody can pass the exchange on
/// to another server. Source: HTCondor 25.14, `condor_io/condor_auth_fs.cpp`.
struct FileSystemClient: ClientAuthenticator {
    private enum State {
        /// Left by the server's directory name.
        case awaitingName
        /// Left by the report that the directory was made or not.
        case creating(path: String, addition: String)
        /// Left by the server's verdict.
        case awaitingVerdict(path: String?)
        case ended
    }

    let method = AuthenticationMethod.fileSystem
    private let parent: String
    private let addition: String
    private var state = State.awaitingName

    /// - Parameters:
    ///   - parent: the only directory in which one is made.
    ///   - endpoint: the address connected to, as seen from here; nil leaves the addition out.
    ///   - sharedPortID: the shared port id used to connect.
    init(parent: String, endpoint: Sinful.Endpoint?, sharedPortID: String?) {
        self.parent = parent
        addition = endpoint.map { "\($0)" + (sharedPortID.map { "?sock=\($0)" } ?? "") } ?? ""
    }

    var directory: String? {
        switch state {
        case .creating(let path, _): path
        case .awaitingVerdict(let path): path
        case .awaitingName, .ended: nil
        }
    }

    mutating func start() -> [AuthenticatorStep] { [] }

    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [AuthenticatorStep] {
        switch state {
        case .awaitingName:
            let name = try message.readString()
            let addition = name.utf8.last == UInt8(ascii: "_") ? addition : ""
            guard isAcceptable(name), !addition.utf8.contains(UInt8(ascii: "/")) else {
                state = .awaitingVerdict(path: nil)
                return [.send(Self.result(-1, addition: ""))]
            }
            state = .creating(path: name + addition, addition: addition)
            return [.createDirectory(name + addition)]
        case .awaitingVerdict(let path):
            let verdict = try message.readInteger()
            state = .ended
            let removal = path.map { [AuthenticatorStep.removeDirectory($0)] } ?? []
            guard verdict == 0, path != nil else {
                return removal + [
                    .failed(
                        CedarError(.authenticationFailed, "the server did not accept the directory", phase: .authentication(.fileSystem)))
                ]
            }
            return removal + [.succeeded]
        case .creating, .ended:
            throw CedarError(.unexpectedEvent, "a message came that nothing waits for")
        }
    }

    mutating func directoryCreated(_ success: Bool) throws(CedarError) -> [AuthenticatorStep] {
        guard case .creating(let path, let addition) = state else { throw CedarError(.unexpectedEvent, "no directory was asked for") }
        state = .awaitingVerdict(path: success ? path : nil)
        return [.send(Self.result(success ? 0 : -1, addition: addition))]
    }

    /// The server chooses the name; it must not make us create anything elsewhere.
    private func isAcceptable(_ name: String) -> Bool {
        let prefix = parent + "/FS_"
        guard name.utf8.starts(with: prefix.utf8), name.utf8.count <= prefix.utf8.count + 200 else { return false }
        return name.utf8.dropFirst(parent.utf8.count + 1).allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    private static func result(_ value: Int, addition: String) -> [UInt8] {
        var message = MessageEncoder(encrypted: false)
        message.write(integer: value)
        if !addition.isEmpty { message.write(string: addition) }
        return message.bytes
    }
}
