import ArgumentParser
import Tokens
import Gateway
import Glibc

/// `htapi token`: makes tokens for the pool.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make tokens for the pool.", subcommands: [Create.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token that the pool's scheduler accepts, and print it.",
            discussion:
                """
                The token is a secret: whoever has it can act as that user. The issuer is the pool's TRUST_DOMAIN; without --issuer it is the \
                identity's domain.
                """
        )

        @Option(help: "The user the token is for: USER@DOMAIN.")
        var identity: String

        @Option(help: "File with the signing key, as used by condor_token_create (mode 0600).")
        var key: String

        @Option(help: "The key's name (kid); by default the name of the file, such as POOL.")
        var keyID: String?

        @Option(help: "The pool's TRUST_DOMAIN.")
        var issuer: String?

        @Option(help: "Seconds until the token expires; by default it does not expire.")
        var lifetime: Int64?

        @Option(name: .customLong("authz"), help: "Restrict the token to a level such as READ or WRITE. Repeatable.")
        var authorizations: [String] = []

        func validate() throws {
            let parts = identity.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw ValidationError("--identity \(identity): expected USER@DOMAIN")
            }
            if let lifetime, !(1...Int64(Int32.max)).contains(lifetime) { throw ValidationError("--lifetime: expected 1 second or more") }
            for level in authorizations where AuthorizationLevel(rawValue: level.uppercased()) == nil {
                throw ValidationError("--authz \(level): expected a level such as READ, WRITE or ADMINISTRATOR")
            }
        }

        func run() throws {
            do {
                let signingKey = try SigningKeyFile.read(key, keyID: keyID)
                let domain = identity.split(separator: "@").last.map(String.init) ?? ""
                let now = Int64(time(nil))
                let claims = IDToken(
                    subject: identity, issuer: issuer ?? domain, issuedAt: now, expiration: lifetime.map { now + $0 },
                    scopes: authorizations.map { "condor:/\($0.uppercased())" })
                print(try claims.signed(with: signingKey).text)
            } catch {
                StandardError.write("htapi: \(error)\n")
                throw ExitCode(1)
            }
        }
    }
}
