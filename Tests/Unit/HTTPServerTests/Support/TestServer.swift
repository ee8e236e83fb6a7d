import HTTPMessages
import HTTPServer
import HTTPTypes
import Logging
import NIOCore
import ServiceLifecycle

/// A server on a free port of the loopback interface, for the time of a closure.
enum TestServer {
    /// A running server.
    struct Running: Sendable {
        let addresses: [Server.Address]
        let services: ServiceGroup

        var address: SocketAddress {
            get throws {
                switch addresses[0] {
                case .tcp(_, let port): try SocketAddress(ipAddress: "127.0.0.1", port: port)
                case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
                case .inherited: throw NotListening()
                }
            }
        }
    }

    static let quiet = {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }()

    /// Machines may be busy with other tests.
    static let patient = {
        var limits = ServerLimits()
        limits.handshake = .minutes(5)
        return limits
    }()

    @discardableResult
    static func run<Result: Sendable>(
        addresses: [Server.Address] = [.tcp(host: "127.0.0.1", port: 0)], tls: TLSMaterial? = nil, limits: ServerLimits = patient,
        accessLog: AccessLog? = nil, responder: @escaping Server.Responder,
        _ body: @Sendable (Running) async throws -> Result
    ) async throws -> Result {
        let (listening, continuation) = AsyncStream.makeStream(of: [Server.Address].self)
        let server = Server(
            configuration: .init(addresses: addresses, tls: tls, limits: limits, accessLog: accessLog), logger: quiet,
            onListening: { continuation.yield($0) }, responder: responder)
        let services = ServiceGroup(
            configuration: .init(services: [.init(service: server)], gracefulShutdownSignals: [], logger: quiet))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await services.run()
            }
            var iterator = listening.makeAsyncIterator()
            guard let bound = await iterator.next() else {
                try await group.waitForAll()
                throw NotListening()
            }
            let result = try await body(Running(addresses: bound, services: services))
            group.cancelAll()
            return result
        }
    }

    struct NotListening: Error {}
}

extension Response {
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        .bytes(ByteBuffer(string: text), type: "text/plain", status: status)
    }
}
