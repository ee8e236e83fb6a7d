package import NIOCore

/// How long and how much a server puts up with.
package struct ServerLimits: Sendable {
    /// From accepting a connection to the end of its TLS handshake.
    package var handshake: TimeAmount = .seconds(10)
    /// From the first byte of a request's head, or from accepting a connection that sends nothing, to the head's end.
    package var head: TimeAmount = .seconds(30)
    /// A body that is being waited for has to bring ``bodyMinimum`` bytes in each window of this length.
    package var bodyWindow: TimeAmount = .seconds(30)
    /// Bytes.
    package var bodyMinimum = 1024
    /// While bytes are waiting to be sent, some have to leave within this time.
    package var write: TimeAmount = .seconds(30)
    /// Between two requests on one connection.
    package var idle: TimeAmount = .minutes(2)
    /// After the client has closed its sending side, its requests may go on for this long before they count as abandoned.
    package var halfClosed: TimeAmount = .seconds(1)
    /// After an answer to a request whose body was not wanted: how long arriving bytes are thrown away before the connection is cut, so
    /// that the client can read the answer.
    package var linger: TimeAmount = .seconds(2)
    /// Bytes thrown away at most in that time, and for a small rest of a body that nobody read, before the next request on the connection.
    package var lingerBytes = 4 * 1024 * 1024
    /// Bytes of an unread body that are skipped to keep the connection; with more left it is closed.
    package var skippedBody = 64 * 1024
    /// After the drain has begun: how long running requests may go on.
    package var drain: TimeAmount = .seconds(30)
    /// Bytes of all names and values of a request's head, its target included; more is 431.
    package var headSize = 64 * 1024
    /// Fields in a head; more is 431.
    package var headFields = 128
    /// Connections that each listening address holds at a time; further ones wait in the system's queue.
    package var connections = 10_000
    /// Requests that one HTTP/2 connection may have open.
    package var streamsPerConnection = 100

    package init() {}
}
