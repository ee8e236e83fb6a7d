package import CondorProtocol
package import NIOCore

/// What is known of a command once it has ended.
package struct CommandReport: Sendable {
    package let command: Command
    /// From the attempt to connect to the end of the connection.
    package let duration: TimeAmount
    /// Why the connection could not be made or broke; nil when the daemon was heard to the end, whatever it said.
    package let failure: CondorError.Code?
}
