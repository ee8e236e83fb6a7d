import Testing

/// The pool itself: what the other integration tests stand on.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct RealPoolTests {
    @Test func theToolsOfTheExpectedVersionAnswer() async throws {
        let pool = try RealPool.require()
        #expect(try await pool.output(of: "condor_version", as: "alice").hasPrefix("$CondorVersion: \(pool.version) "))
    }

    @Test func aJobRunsAndEndsInTheHistory() async throws {
        let pool = try RealPool.require()
        let cluster = try await pool.submit("executable = /bin/true\ntransfer_executable = false\nqueue 2", as: "carol")
        try await pool.waitForJob("\(cluster).0", .completed)
        try await pool.waitForJob("\(cluster).1", .completed)
        #expect(try await pool.attribute("ExitCode", of: "\(cluster).1") == "0")
        #expect(try await pool.attribute("User", of: "\(cluster).1") == "carol@\(pool.trustDomain)")
    }

    @Test func tokensAreMadeForUsersAndKeys() async throws {
        let pool = try RealPool.require()
        let own = try pool.token(of: "bob")
        let other = try await pool.makeToken(identity: "bob@\(pool.trustDomain)", lifetime: 60, scopes: ["READ"], key: "SECOND")
        #expect(own.split(separator: ".").count == 3)
        #expect(other.split(separator: ".").count == 3)
        #expect(own != other)
    }
}
