import Tokens
import Text

/// The server's end of the FS method: it names a directory that cannot exist yet, and the owner of what appears there is the client.
///
/// The name holds the server's address and ends in `_`, which invites the client to add the address it connected to; an addition has to be
/// an address of this server, so that nobody passes the exchange on. Source: HTCondor 25.14, `condor_io/condor_auth_fs.cpp`.
struct FileSystemServer: ServerAuthenticator {
    private enum State {
        /// Left by the client's word that it made the directory.
        case awaitingResult
        /// Left by what was found.
        case inspecting
        case ended
    }

    private let path: String
    private let local: Sinful.Endpoint
    private let advertised: [Sinful.Endpoint]
    private let sharedPortIDs: Set<String>
    private let acceptsEverySharedPortID: Bool
    private let domain: String
    private let serviceUser: String
    private var state = State.awaitingResult

    static let sharedPortMark = "?sock="

    /// - Parameters:
    ///   - directory: where clients make their directories.
    ///   - random: at least 8 bytes, for a name that cannot be foreseen.
    ///   - advertised: the addresses by which clients find this server.
    ///   - domain: the domain of users whose name has none.
    ///   - serviceUser: who `root` is.
    init(
        directory: String, local: Sinful.Endpoint, random: [UInt8], advertised: [Sinful.Endpoint], sharedPortIDs: Set<String>,
        acceptsEverySharedPortID: Bool, domain: String, serviceUser: String
    ) {
        path = "\(directory)/FS_\(local.host)_\(local.port)_\(Hex.string(random.prefix(8)))_"
        self.local = local
        self.advertised = advertised
        self.sharedPortIDs = sharedPortIDs
        self.acceptsEverySharedPortID = acceptsEverySharedPortID
        self.domain = domain
        self.serviceUser = serviceUser
    }

    func start() -> [ServerAuthenticatorStep] {
        var message = MessageEncoder(encrypted: false)
        message.write(string: path)
        return [.send(message.bytes)]
    }

    mutating func receive(_ message: inout MessageDecoder) throws(CedarError) -> [ServerAuthenticatorStep] {
        guard case .awaitingResult = state else { throw CedarError(.unexpectedEvent, "a message came that nothing waits for") }
        let result = try message.readInteger()
        let addition = message.isAtEndOfMessage ? "" : try message.readString()
        guard result == 0 else { return refuse("the client could not make the directory") }
        guard addition.isEmpty || isOwnAddress(addition) else { return refuse("the client added an address that is not this server's") }
        state = .inspecting
        return [.inspectDirectory(path + addition)]
    }

    mutating func directoryInspected(_ status: DirectoryStatus?) throws(CedarError) -> [ServerAuthenticatorStep] {
        guard case .inspecting = state else { throw CedarError(.unexpectedEvent, "no directory was asked for") }
        guard let status, status.isDirectory, status.mode == 0o700, (1...2).contains(status.linkCount), let owner = status.owner,
            let user = UserName.qualified(owner == "root" ? serviceUser : owner, domain: domain)
        else { return refuse("the directory is missing or not one that only its owner can enter") }
        state = .ended
        return [.send(Self.verdict(0)), .succeeded(ProvenIdentity(user: user))]
    }

    private mutating func refuse(_ reason: String) -> [ServerAuthenticatorStep] {
        state = .ended
        return [
            .send(Self.verdict(-1)), .failed(CedarError(.authenticationFailed, reason, phase: .authentication(.fileSystem))),
        ]
    }

    private func isOwnAddress(_ text: String) -> Bool {
        guard !text.utf8.contains(UInt8(ascii: "/")) else { return false }
        var address = text
        if let mark = text.utf8.firstRange(of: Self.sharedPortMark.utf8) {
            address = String(text[..<mark.lowerBound])
            guard acceptsEverySharedPortID || sharedPortIDs.contains(String(text[mark.upperBound...])) else { return false }
        }
        return ([local] + advertised).contains { $0.description == address }
    }

    private static func verdict(_ value: Int) -> [UInt8] {
        var message = MessageEncoder(encrypted: false)
        message.write(integer: value)
        return message.bytes
    }
}
