import HTTPEndpoints
package import CondorClient
package import CondorConfig
import Glibc
import HTTPMessages
package import HTTPServer
package import HTTPTypes
package import NIOCore

/// The gateway's settings, read from HTCondor-style configuration and checked.
package struct GatewayConfiguration: Sendable {
    /// Certificate chain and key, as PEM files.
    package struct TLSFiles: Sendable, Equatable {
        package var certificate: String
        package var key: String
    }

    /// `HTTP_API_LISTEN_ADDR`.
    package var addresses: [Server.Address] = [.tcp(host: "0.0.0.0", port: 8080)]
    /// `HTTP_API_TLS_CERT`, `HTTP_API_TLS_KEY`.
    package var tls: TLSFiles?
    /// `HTTP_API_TLS_CLIENT_CA`: the CAs whose certificates name users; nil if clients are not asked for certificates.
    package var clientAuthorities: ClientAuthorities?
    /// `HTTP_API_READ_TIMEOUT`: limits inactivity and the time for a request's head, but not a steady transfer.
    package var readTimeout: TimeAmount = .seconds(30)
    /// `HTTP_API_WRITE_TIMEOUT`: limits inactivity.
    package var writeTimeout: TimeAmount = .seconds(30)
    /// `HTTP_API_IDLE_TIMEOUT`.
    package var idleTimeout: TimeAmount = .minutes(2)
    /// `HTTP_API_USER_HEADER`.
    package var userHeader: HTTPField.Name?
    /// `HTTP_API_USER_HEADER_TRUSTED_PROXIES`.
    package var trustedProxies = TrustedProxies.none
    /// `HTTP_API_SIGNING_KEY`: the file with the key that signs tokens for users named by a header or a certificate.
    package var signingKeyFile: String?
    /// The key's name (`kid`); nil if it follows from the file's name.
    package var signingKeyID: String?
    /// `HTTP_API_MAX_BODY`, in bytes: JSON and submit text.
    package var maximumBody = 1 << 20
    /// `HTTP_API_MAX_SANDBOX`, in bytes.
    package var maximumSandbox: Int64 = 10 << 30
    /// `HTTP_API_MAX_CONNECTIONS`.
    package var maximumConnections = 10_000
    /// `HTTP_API_RATE_LIMIT`: requests per second and identity; nil for no limit.
    package var rateLimit: Double?
    /// `HTTP_API_READ_AGE`: how long an answer may be repeated to the same identity.
    package var readAge: TimeAmount = .milliseconds(250)
    /// `HTTP_API_EVENTS_INTERVAL`: the interval between queries for changes, for each identity that watches events.
    package var eventsInterval: TimeAmount = .seconds(1)
    /// `HTTP_API_METRICS_PUBLIC`: whether everybody may read `/metrics`.
    package var isMetricsPublic = false
    /// `HTTP_API_DRAIN_DELAY`: after SIGTERM, how long requests are still accepted while readiness already fails.
    package var drainDelay: TimeAmount = .seconds(1)
    /// `HTTP_API_STAGING_DIR`.
    package var stagingDirectory = "/tmp"
    /// How to find and contact the scheduler.
    package var client: ClientConfiguration
    /// `TRUST_DOMAIN`: the issuer of minted tokens.
    package var trustDomain: String
    /// `UID_DOMAIN`: completes user names without a domain.
    package var uidDomain: String

    /// A configuration for a scheduler, with defaults for everything else.
    package init(client: ClientConfiguration, trustDomain: String, uidDomain: String) {
        self.client = client
        self.trustDomain = trustDomain
        self.uidDomain = uidDomain
    }

    /// The settings that the gateway reads, for `config check` and its "did you mean".
    package static let knobs = [
        "HTTP_API_LISTEN_ADDR", "HTTP_API_TLS_CERT", "HTTP_API_TLS_KEY", "HTTP_API_TLS_CLIENT_CA", "HTTP_API_READ_TIMEOUT", "HTTP_API_WRITE_TIMEOUT",
        "HTTP_API_IDLE_TIMEOUT",
        "HTTP_API_USER_HEADER", "HTTP_API_USER_HEADER_TRUSTED_PROXIES", "HTTP_API_SIGNING_KEY", "HTTP_API_MAX_BODY", "HTTP_API_MAX_SANDBOX",
        "HTTP_API_MAX_CONNECTIONS", "HTTP_API_STAGING_DIR", "HTTP_API_RATE_LIMIT", "HTTP_API_READ_AGE", "HTTP_API_EVENTS_INTERVAL",
        "HTTP_API_METRICS_PUBLIC", "HTTP_API_DRAIN_DELAY",
    ]

    /// Settings for locating the scheduler that HTCondor itself does not know.
    package static let schedulerKnobs = ["SCHEDD_HOST", "SCHEDD_PORT"]

    /// Reads all settings.
    /// - Throws: for an invalid value, with its file and line; for a user header without trusted proxies or signing key; for client CAs without
    ///   certificate or signing key, or with an unusable file.
    package init(_ configuration: Configuration) throws(ConfigurationError) {
        let uidDomain = try configuration.string("UID_DOMAIN") ?? "localdomain"
        self.init(
            client: try Self.client(configuration), trustDomain: try configuration.string("TRUST_DOMAIN") ?? uidDomain, uidDomain: uidDomain)

        if let items = try configuration.list("HTTP_API_LISTEN_ADDR") {
            addresses = []
            for item in items { addresses.append(try Self.address(item, in: configuration)) }
        }
        switch (try configuration.string("HTTP_API_TLS_CERT"), try configuration.string("HTTP_API_TLS_KEY")) {
        case (let certificate?, let key?): tls = TLSFiles(certificate: certificate, key: key)
        case (nil, nil): break
        case (_?, nil):
            throw configuration.error(in: "HTTP_API_TLS_CERT", "HTTP_API_TLS_CERT is set without HTTP_API_TLS_KEY", expected: "both or none")
        case (nil, _?):
            throw configuration.error(in: "HTTP_API_TLS_KEY", "HTTP_API_TLS_KEY is set without HTTP_API_TLS_CERT", expected: "both or none")
        }
        readTimeout = try Self.timeout("HTTP_API_READ_TIMEOUT", configuration) ?? readTimeout
        writeTimeout = try Self.timeout("HTTP_API_WRITE_TIMEOUT", configuration) ?? writeTimeout
        idleTimeout = try Self.timeout("HTTP_API_IDLE_TIMEOUT", configuration) ?? idleTimeout
        maximumBody = Int(try configuration.byteCount("HTTP_API_MAX_BODY", range: 1...(1 << 30)) ?? Int64(maximumBody))
        maximumSandbox = try configuration.byteCount("HTTP_API_MAX_SANDBOX", range: 1...(1 << 50)) ?? maximumSandbox
        maximumConnections = Int(try configuration.integer("HTTP_API_MAX_CONNECTIONS", range: 1...1_000_000) ?? Int64(maximumConnections))
        stagingDirectory =
            try configuration.string("HTTP_API_STAGING_DIR") ?? configuration.value("TMPDIR") ?? Self.temporaryDirectory ?? stagingDirectory
        rateLimit = try Self.rateLimit(configuration)
        readAge = try configuration.duration("HTTP_API_READ_AGE", range: .zero ... .seconds(60)).map(TimeAmount.init) ?? readAge
        eventsInterval =
            try configuration.duration("HTTP_API_EVENTS_INTERVAL", range: .milliseconds(100) ... .seconds(3600)).map(TimeAmount.init)
            ?? eventsInterval
        isMetricsPublic = try configuration.boolean("HTTP_API_METRICS_PUBLIC") ?? isMetricsPublic
        drainDelay = try configuration.duration("HTTP_API_DRAIN_DELAY", range: .zero ... .seconds(600)).map(TimeAmount.init) ?? drainDelay
        signingKeyFile = try configuration.string("HTTP_API_SIGNING_KEY")
        try readUserHeader(configuration)
        try readClientAuthorities(configuration)
        try checkFiles(configuration)
    }

    /// The environment's directory for temporary files.
    private static var temporaryDirectory: String? { getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }

    /// Nil for `off` and for 0.
    private static func rateLimit(_ configuration: Configuration) throws(ConfigurationError) -> Double? {
        if let text = try configuration.string("HTTP_API_RATE_LIMIT"), text.lowercased() == "off" { return nil }
        guard let rate = try configuration.real("HTTP_API_RATE_LIMIT", range: 0...1_000_000), rate > 0 else { return nil }
        return max(rate, 0.001)
    }

    private mutating func readUserHeader(_ configuration: Configuration) throws(ConfigurationError) {
        if let items = try configuration.list("HTTP_API_USER_HEADER_TRUSTED_PROXIES") {
            var invalid = ""
            guard let proxies = TrustedProxies(items, invalid: { invalid = $0 }) else {
                throw configuration.error(
                    in: "HTTP_API_USER_HEADER_TRUSTED_PROXIES", "'\(invalid)' is not an address",
                    expected: "IP addresses, CIDR blocks such as 10.0.0.0/8, loopback, or unix")
            }
            trustedProxies = proxies
        }
        guard let text = try configuration.string("HTTP_API_USER_HEADER") else { return }
        guard let name = HTTPField.Name(text) else {
            throw configuration.error(in: "HTTP_API_USER_HEADER", "'\(text)' is not a header name", expected: "a name such as X-Remote-User")
        }
        guard name != .authorization else {
            throw configuration.error(in: "HTTP_API_USER_HEADER", "Authorization carries tokens, not user names", expected: "another header")
        }
        guard !trustedProxies.isEmpty else {
            throw configuration.error(
                in: "HTTP_API_USER_HEADER", "a user header without HTTP_API_USER_HEADER_TRUSTED_PROXIES would let nobody in",
                expected: "the addresses of the proxies that may send it")
        }
        guard signingKeyFile != nil else {
            throw configuration.error(
                in: "HTTP_API_USER_HEADER", "a user header needs HTTP_API_SIGNING_KEY to make tokens with",
                expected: "the file of the pool's signing key")
        }
        userHeader = name
    }

    private mutating func readClientAuthorities(_ configuration: Configuration) throws(ConfigurationError) {
        let name = "HTTP_API_TLS_CLIENT_CA"
        guard let path = try configuration.string(name) else { return }
        guard tls != nil else {
            throw configuration.error(in: name, "client certificates need HTTPS", expected: "HTTP_API_TLS_CERT and HTTP_API_TLS_KEY as well")
        }
        guard signingKeyFile != nil else {
            throw configuration.error(
                in: name, "client certificates need HTTP_API_SIGNING_KEY to make tokens with", expected: "the file of the pool's signing key")
        }
        let expected = "a PEM file of one or more CA certificates, their roots included"
        let bytes: [UInt8]
        do {
            bytes = try LocalConfigurationFiles(runsCommands: false).read(path, limit: 1 << 20)
        } catch {
            throw configuration.error(in: name, "\(path): \(error.reason)", expected: expected)
        }
        do {
            clientAuthorities = try ClientAuthorities(pem: bytes)
        } catch {
            throw configuration.error(in: name, "\(path), \(error)", expected: expected)
        }
    }

    private static func timeout(_ name: String, _ configuration: Configuration) throws(ConfigurationError) -> TimeAmount? {
        try configuration.duration(name, range: .milliseconds(100) ... .seconds(86_400)).map(TimeAmount.init)
    }

    /// `host:port`, `:port` (all addresses), `[v6]:port` or `unix:/path`.
    private static func address(_ text: String, in configuration: Configuration) throws(ConfigurationError) -> Server.Address {
        if let address = Server.Address(listening: text) { return address }
        throw configuration.error(
            in: "HTTP_API_LISTEN_ADDR", "'\(text)' is not an address to listen on", expected: "host:port, :port or unix:/path")
    }

    /// Locates the scheduler by `SCHEDD_HOST` (and `SCHEDD_PORT`), a configured address file, a name in the collector, or the local schedd's
    /// address file.
    private static func client(_ configuration: Configuration) throws(ConfigurationError) -> ClientConfiguration {
        let collectors = try configuration.list("COLLECTOR_HOST") ?? []
        let location: ScheddLocation
        if let host = try configuration.string("SCHEDD_HOST") {
            if let port = try configuration.integer("SCHEDD_PORT", range: 1...65_535) {
                location = .address("\(host):\(port)")
            } else {
                location = host.utf8.contains(UInt8(ascii: ":")) ? .address(host) : .collector(name: host)
            }
        } else if let file = try configuration.string("SCHEDD_ADDRESS_FILE"), isSet("SCHEDD_ADDRESS_FILE", configuration) {
            location = .addressFile(file)
        } else if let name = try configuration.string("SCHEDD_NAME"), isSet("SCHEDD_NAME", configuration) {
            location = .collector(name: name)
        } else if let file = try configuration.string("SCHEDD_ADDRESS_FILE") {
            location = .addressFile(file)
        } else {
            location = .collector(name: nil)
        }
        return ClientConfiguration(scheduler: location, collectors: collectors, trustDomain: try configuration.string("TRUST_DOMAIN"))
    }

    /// Whether the setting is set explicitly, rather than by a built-in default.
    private static func isSet(_ name: String, _ configuration: Configuration) -> Bool {
        configuration.origin(name).map { $0.file != "<Default>" } ?? false
    }
}

extension Server.Address {
    /// Reads `host:port`, `:port` (all addresses), `[v6]:port` or `unix:/path`; nil for anything else.
    package init?(listening text: String) {
        if text.utf8.starts(with: "unix:".utf8) {
            let path = String(text.dropFirst(5))
            guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 107 else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), let port = Int(parameter: String(text[text.utf8.index(after: colon)...])),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = String(host.dropFirst().dropLast())
            guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            return nil
        }
        self = .tcp(host: host.isEmpty || host == "*" ? "0.0.0.0" : host, port: port)
    }
}
