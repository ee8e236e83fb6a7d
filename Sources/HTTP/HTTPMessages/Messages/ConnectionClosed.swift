/// The connection was closed, by the client or because it took too long.
package struct ConnectionClosed: Error, Sendable, CustomStringConvertible {
    package init() {}

    package var description: String { "the connection is closed" }
}
