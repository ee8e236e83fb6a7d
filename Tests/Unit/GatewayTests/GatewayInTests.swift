import CondorClient
import HTTPMessages
import HTTPTypes
import Logging
import NIOCore

@testable import Gateway

/// A gateway without sockets, for what it answers without its scheduler, which cannot be reached.
extension Gateway {
    static func inTests(_ change: (inout GatewayConfiguration) -> Void = { _ in }) throws -> Gateway {
        try Gateway(GatewayConfiguration.inTests(change))
    }

    func answer(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], from peer: String = "192.0.2.1"
    ) async throws -> Response {
        await respond(
            to: Request(
                method: method, target: try RequestTarget(path), headers: headers, peer: try SocketAddress(ipAddress: peer, port: 1), id: "r",
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }
}

extension GatewayConfiguration {
    static func inTests(_ change: (inout GatewayConfiguration) -> Void = { _ in }) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            client: ClientConfiguration(scheduler: .address("127.0.0.1:1")), trustDomain: "pool.test", uidDomain: "pool.test")
        change(&configuration)
        return configuration
    }
}

extension Response {
    /// The body if it is held in memory, as text.
    var text: String {
        if case .bytes(let bytes) = body { String(decoding: bytes.readableBytesView, as: UTF8.self) } else { "" }
    }
}
