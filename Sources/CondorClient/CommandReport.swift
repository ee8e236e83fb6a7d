import CondorProtocol
import NIOCore

/// What is known of a command once it has ended.
public struct CommandReport: Sendable {
    public let command: Command
    /// From the attempt to connect to the end of the connection.
    public let duration: TimeAmount
    /// Why the connection could not be made or broke; nil when the daemon was heard to the end, whatever it said.
    public let failure: CondorError.Code?
}
