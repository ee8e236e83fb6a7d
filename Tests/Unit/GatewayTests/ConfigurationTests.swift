import HTTPServer
import CondorConfig
import Foundation
import HTTPMessages
import Testing

@testable import Gateway

/// The knobs, read from configuration text.
@Suite struct ConfigurationTests {
    private static func configuration(_ lines: String...) throws -> GatewayConfiguration {
        let text = (["# first", "UID_DOMAIN = pool.test", "SCHEDD_HOST = 127.0.0.1:9"] + lines).joined(separator: "\n") + "\n"
        return try GatewayConfiguration(
            Configuration.load(
                root: .path("/c"), subsystem: "HTAPI", environment: [:], files: MemoryConfigurationFiles(["/c": Array(text.utf8)]), facts: HostFacts()
            ))
    }

    /// The text of what stops the start.
    private static func refusal(_ lines: String...) -> String {
        do {
            let text = lines.joined(separator: "\n")
            _ = try configuration(text)
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// A file for the time of a closure.
    private func withFile<Result>(mode: Int, _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-\(UUID().uuidString)").path
        try Data("secret".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func addresses() throws {
        #expect(
            try Self.configuration("HTTP_API_LISTEN_ADDR = :80 127.0.0.1:0, [::1]:8080 unix:/run/s host:1").addresses == [
                .tcp(host: "0.0.0.0", port: 80), .tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 8080), .unix(path: "/run/s"),
                .tcp(host: "host", port: 1),
            ])
        #expect(try Self.configuration().addresses == [.tcp(host: "0.0.0.0", port: 8080)])
    }

    @Test(arguments: [
        "abc", "127.0.0.1", ":", "::1", "[::1]", "[]:80", "[x]:80", "127.0.0.1:+80", "127.0.0.1:65536", "127.0.0.1:x", "unix:run/s", "http://x:80",
    ])
    func badAddressNamesItsLine(_ address: String) {
        let refusal = Self.refusal("HTTP_API_LISTEN_ADDR = \(address)")
        #expect(refusal.contains("/c:4:") && refusal.contains("expected host:port, :port or unix:/path"), "\(refusal)")
    }

    @Test func keyThatOthersCanReadStopsTheStart() throws {
        // Also where nobody needs it yet.
        for mode in [0o644, 0o640, 0o604, 0o660] {
            try withFile(mode: mode) { path in
                let refusal = Self.refusal("HTTP_API_SIGNING_KEY = \(path)")
                #expect(refusal.contains("/c:4:") && refusal.contains("can be read by others (mode 0\(String(mode, radix: 8)))"), "\(refusal)")
                #expect(!refusal.contains("secret"))
            }
        }
        for mode in [0o600, 0o400] {
            try withFile(mode: mode) { path in #expect(Self.refusal("HTTP_API_SIGNING_KEY = \(path)") == "") }
        }
    }

    @Test(arguments: [
        ("HTTP_API_SIGNING_KEY = /nonexistent/key", "/nonexistent/key: No such file or directory"),
        ("HTTP_API_SIGNING_KEY = /tmp", "/tmp is not a file"),
        ("HTTP_API_STAGING_DIR = /nonexistent/dir", "/nonexistent/dir: No such file or directory"),
        ("HTTP_API_STAGING_DIR = /dev/null", "/dev/null"),
    ])
    func fileThatCannotBeUsedNamesItsLine(_ line: String, _ message: String) {
        let refusal = Self.refusal(line)
        #expect(refusal.contains("/c:4:") && refusal.contains(message) && refusal.contains("expected "), "\(refusal)")
    }

    @Test func certificateThatCannotBeUsedNamesItsLine() throws {
        let missing = Self.refusal("HTTP_API_TLS_KEY = /nonexistent/key", "HTTP_API_TLS_CERT = /dev/null")
        #expect(missing.contains("/c:4:") && missing.contains("/nonexistent/key: No such file"), "\(missing)")
        try withFile(mode: 0o600) { path in
            let junk = Self.refusal("HTTP_API_TLS_KEY = \(path)", "HTTP_API_TLS_CERT = \(path)")
            #expect(junk.contains("/c:5:") && junk.contains("\(path) cannot be used with \(path)"), "\(junk)")
        }
    }

    @Test(arguments: [
        ("127.0.0.1/33", false), ("127.0.0.1/-1", false), ("::1/129", false), ("host", false), ("*", false), ("10.0.0.0/8", true), ("::1/128", true),
        ("::ffff:10.0.0.0/104", true), ("::ffff:10.0.0.0/95", false), ("::ffff:10.0.0.0/129", false), ("::ffff:10.0.0.0/-9223372036854775808", false),
    ])
    func proxies(_ item: String, _ isTaken: Bool) {
        let proxies = TrustedProxies([item])
        #expect((proxies != nil) == isTaken)
        if item.hasPrefix("::ffff:"), let proxies {
            #expect(proxies.contains(address: "10.9.9.9") && proxies.contains(address: "::ffff:10.9.9.9") && !proxies.contains(address: "11.0.0.1"))
        }
    }
}
