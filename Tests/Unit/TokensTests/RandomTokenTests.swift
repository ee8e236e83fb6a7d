import SeededGeneration
import Testing
import Text

@testable import Tokens

@Suite struct RandomTokenTests {
    /// Changed tokens end as a token with the text that was read, or are refused; and no key verifies them.
    @Test func changedTokens() throws {
        var random = SeededGenerator(seed: 102)
        let vector = try TokenVector.load()
        let key = try SigningKey(id: vector.kid, fileContents: vector.keyFileHex.bytes)
        let other = try SigningKey(id: vector.otherKid.kid, fileContents: vector.otherKid.keyFileHex.bytes)
        let tokens = [vector.token, vector.otherKid.token]
        let headers = [#"{"alg":"HS256","kid":"POOL"}"#, #"{"alg":"RS256","x":[1,{"a":null,"b":-1.5e3}]}"#]
        for number in 0..<50_000 {
            let input: String
            if number % 2 == 0 {
                input = String(decoding: random.mutated(Array(tokens[number / 2 % 2].utf8)), as: UTF8.self)
            } else {
                // A changed header or payload, encoded again.
                let header = Base64.encodeURL(random.mutated(Array(headers[number / 2 % 2].utf8)))
                let payload = Base64.encodeURL(random.mutated(Array(#"{"sub":"a@b","exp":12,"scope":"condor:/READ x"}"#.utf8)))
                input = header + "." + payload + "." + Base64.encodeURL(random.bytes([32, 64, 256][random.below(3)]))
            }
            guard let token = try? BearerToken(input) else { continue }
            // As `#expect`, without its cost for each of many cases.
            let isRight = token.text == input && (tokens.contains(input) || !key.verifies(token) && !other.verifies(token))
            if !isRight { Issue.record("seed 102, case \(number)") }
        }
    }
}
