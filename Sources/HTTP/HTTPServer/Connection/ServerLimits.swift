package import NIOCore

/// The times and amounts that a server tolerates.
package struct ServerLimits: Sendable {
    /// From accepting a connection to the end of its TLS handshake.
    package var handshake: TimeAmount = .seconds(10)
    /// From the first byte of a request's head (or from accepting the connection, if nothing is sent) to the end of the head.
    package var head: TimeAmount = .seconds(30)
    /// At least ``bodyMinimum`` bytes of an expected body have to arrive in each window of this length.
    package var bodyWindow: TimeAmount = .seconds(30)
    /// Bytes.
    package var bodyMinimum = 1024
    /// While bytes wait to be sent, some have to leave within this time.
    package var write: TimeAmount = .seconds(30)
    /// Between two requests on one connection.
    package var idle: TimeAmount = .minutes(2)
    /// After the client has closed its sending side, its requests may go on for this long before they count as abandoned.
    package var halfClosed: TimeAmount = .seconds(1)
    /// How long arriving bytes are discarded after the answer to a request with an unwanted body, so that the client can read the answer before the
    /// connection is closed.
    package var linger: TimeAmount = .seconds(2)
    /// The largest number of bytes that are discarded in that time.
    package var lingerBytes = 4 * 1024 * 1024
    /// The largest unread rest of a body, in bytes, that is skipped to keep the connection open.
    package var skippedBody = 64 * 1024
    /// How long running requests may go on after the drain has begun.
    package var drain: TimeAmount = .seconds(30)
    /// Bytes of all names and values of a request's head, including its target. Larger heads are answered with 431.
    package var headSize = 64 * 1024
    /// Fields in a head. More are answered with 431.
    package var headFields = 128
    /// Connections that each listening address holds at a time; further ones wait in the system's queue.
    package var connections = 10_000
    /// Requests that one HTTP/2 connection may have open.
    package var streamsPerConnection = 100

    package init() {}
}
