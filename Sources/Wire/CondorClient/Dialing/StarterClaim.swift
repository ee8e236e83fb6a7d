import Cedar
import CondorProtocol

/// The claim by which a starter knows its job's owner: `SESSION#[policy]KEY`. Holds a secret; never prints it.
struct StarterClaim: Sendable, CustomStringConvertible, CustomReflectable {
    let sessionID: String
    let key: SessionKey

    init?(_ text: String) {
        guard let hash = text.utf8.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        var secret = text[text.utf8.index(after: hash)...]
        if secret.utf8.first == UInt8(ascii: "["), let end = secret.utf8.lastIndex(of: UInt8(ascii: "]")) {
            secret = secret[secret.utf8.index(after: end)...]
        }
        guard !secret.isEmpty else { return nil }
        sessionID = String(text[..<hash])
        key = SessionKey(claimKey: String(secret))
    }

    /// The session that comes with the claim.
    func session(for command: Command) -> SecuritySession {
        SecuritySession(
            id: sessionID, key: key, user: "execute-side@matchsession", method: nil, validCommands: [command.rawValue], duration: .seconds(60),
            lease: .zero, peerVersion: nil)
    }

    var description: String { "StarterClaim(hidden)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
