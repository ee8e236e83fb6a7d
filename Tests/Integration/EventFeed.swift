import AsyncHTTPClient
import ClassAd
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// A stream of the gateway's events, read as a client does.
struct EventFeed {
    struct Event: Sendable, CustomStringConvertible {
        /// The type; of what is no job's event `connected`, `ping`, `shutdown` or `error`.
        var name: String
        /// The id, or the cursor within the object.
        var cursor: String?
        var json: JSONValue

        var job: String? { if case .string(let id)? = json["job_id"] { id } else { nil } }
        var description: String { "\(name) \(job ?? "") \(json)" }

        subscript(_ name: String) -> JSONValue? { json[name] }
    }

    let status: Int
    let headers: [String: String]
    private let isLines: Bool
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var text: [UInt8] = []

    init(_ gateway: GatewayProcess, _ query: String, as caller: Caller, lines: Bool = false, headers: [(String, String)] = []) async throws {
        var request = HTTPClientRequest(url: gateway.url + "/api/v1/events" + query)
        if case .token(let token) = caller { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if case .remoteUser(let name) = caller { request.headers.add(name: "X-Remote-User", value: name) }
        if lines { request.headers.add(name: "Accept", value: "application/x-ndjson") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .minutes(4))
        status = Int(response.status.code)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        self.headers = fields
        isLines = lines
        body = response.body.makeAsyncIterator()
    }

    /// Streams hold their connections.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }()

    /// The next event; comments are passed over. Nil when the stream has ended.
    mutating func next() async throws -> Event? {
        while true {
            if let event = try take() { return event }
            guard let part = try await body.next() else { return nil }
            text += part.readableBytesView
        }
    }

    /// Events up to and with the first one that is wanted.
    mutating func events(until isLast: (Event) -> Bool) async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() {
            events.append(event)
            if isLast(event) { return events }
        }
        throw RealPoolError("the stream ended after \(events)")
    }

    /// What is left, when it is a problem document or the end.
    mutating func rest() async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() { events.append(event) }
        return events
    }

    /// A problem document instead of a stream.
    mutating func problem() async throws -> JSONValue {
        while let part = try await body.next() { text += part.readableBytesView }
        return try JSONValue.parse(text)
    }

    private mutating func take() throws -> Event? {
        let newline = UInt8(ascii: "\n")
        if isLines {
            guard let end = text.firstIndex(of: newline) else { return nil }
            let json = try JSONValue.parse(Array(text[..<end]))
            text.removeSubrange(...end)
            return Event(name: Self.string(json["type"]) ?? "", cursor: Self.string(json["cursor"]), json: json)
        }
        while let end = text.indices.dropLast().first(where: { text[$0] == newline && text[$0 + 1] == newline }) {
            let block = String(decoding: text[..<end], as: UTF8.self)
            text.removeSubrange(...(end + 1))
            var event = Event(name: "message", cursor: nil, json: .null)
            var data: String?
            for line in block.split(separator: "\n") {
                if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                if line.hasPrefix("id: ") { event.cursor = String(line.dropFirst(4)) }
                if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
            }
            guard let data else { continue }
            event.json = try JSONValue.parse(Array(data.utf8))
            return event
        }
        return nil
    }

    private static func string(_ value: JSONValue?) -> String? { if case .string(let text)? = value { text } else { nil } }
}
