import Cedar
import CondorProtocol
import Tokens

/// One command, before its connection is open: what is asked, of whom, as whom and within which time.
struct Call: Sendable {
    enum Peer: Sendable {
        /// The schedd, wherever it is now.
        case schedd
        /// The first collector that can be reached.
        case collector
        /// A starter. It knows the job's owner by a session that comes with the job's claim.
        case starter(Sinful, StarterClaim)
    }

    var command: Command
    /// The command asked about, for commands that only ask.
    var subject: Command?
    var peer: Peer
    var credential: Credential
    var deadlines: CommandDeadlines
    /// Messages that go out as soon as the daemon may get them.
    var first: [[UInt8]] = []
    /// The connection counts as open only when the daemon has also answered the first messages.
    var awaitingReply = false
}
