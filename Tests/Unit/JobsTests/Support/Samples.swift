import Cedar
import NIOCore
import Sandbox
import Tokens

@testable import Jobs

/// Callers and sandboxes of tests.
enum Sample {
    static func caller(_ name: String = "alice") throws -> Caller {
        let key = try SigningKey(id: "POOL", fileContents: [UInt8](repeating: 7, count: 64))
        let claims = IDToken(subject: "\(name)@pool.test", issuer: "pool.test", issuedAt: 1_795_000_000, tokenID: String(repeating: "0", count: 32))
        return Caller(credential: .token(try claims.signed(with: key)))
    }

    /// A sandbox of files that hold their own names.
    static func sandbox(_ names: String...) async throws -> StagedSandbox {
        var builder = StagedSandboxBuilder(SandboxStaging(directory: "/nonexistent"))
        for name in names {
            let (bytes, source) = AsyncStream.makeStream(of: ByteBuffer.self)
            source.yield(ByteBuffer(string: name))
            source.finish()
            try await builder.add(try SandboxPath(name), bytes)
        }
        return try builder.finish()
    }
}

/// Runs what has to fail with a ``JobsError`` and gives it.
func failure(_ operation: () async throws -> Void) async -> JobsError? {
    do {
        try await operation()
        return nil
    } catch {
        return error as? JobsError
    }
}
