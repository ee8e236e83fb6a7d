import NIOCore
import Testing

@testable import HTTPMessages

@Suite struct ContentDigestTests {
    private static let hello = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"

    private func collect(_ text: String, _ field: String) async throws -> ByteBuffer {
        var body = RequestBody(bytes: ByteBuffer(string: text))
        body.digests = try ContentDigest.list(field)
        return try await body.collect()
    }

    @Test func theBodyIsCompared() async throws {
        #expect(try await collect("hello", Self.hello) == ByteBuffer(string: "hello"))
        #expect(try await collect("hello", "md5=:AAAA:, \(Self.hello)") == ByteBuffer(string: "hello"))
        // Of nothing but other algorithms nothing can be said.
        #expect(try await collect("hello", "md5=:AAAA:") == ByteBuffer(string: "hello"))
        for field in [Self.hello, "md5=:AAAA:,\(Self.hello)", "sha-256=::", "sha-512=:AAAA:"] {
            let problem = await #expect(throws: Problem.self) { _ = try await collect("hellO", field) }
            #expect(problem?.kind == .digestMismatch)
        }
        let empty = await #expect(throws: Problem.self) { _ = try await collect("", Self.hello) }
        #expect(empty?.kind == .digestMismatch)
    }

    @Test func malformedFieldsAreRefused() {
        for field in ["", "sha-256", "sha-256=abc", "sha-256=:abc", "=:abc:", "sha-256=:", ",", "\(Self.hello),"] {
            #expect(throws: Problem.self, "\(field)") { try ContentDigest.list(field) }
        }
    }
}
