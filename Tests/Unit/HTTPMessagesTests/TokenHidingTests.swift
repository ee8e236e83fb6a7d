import HTTPTypes
import JSON
import NIOCore
import Testing

@testable import HTTPMessages

@Suite struct TokenHidingTests {
    private static let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"

    @Test(arguments: [
        ("", ""), ("eyJ", "eyJ"), ("/api/v1/jobs/7.0", "/api/v1/jobs/7.0"), ("theyJumpedOverTheLazyDog", "th[token]"),
        (token, "[token]"), ("/\(token)/x", "/[token]/x"), ("a=\(token)&b=\(token)", "a=[token]&b=[token]"),
        ("eyJ.short, \(token)", "eyJ.short, [token]"),
        ("/eyJhbGciOiJIUzI1NiJ9%2EeyJzdWIiOiJhbGljZSJ9%2Ec2lnbmF0dXJl", "/[token]"), ("\u{e4}\(token)\u{e4}", "\u{e4}[token]\u{e4}"),
    ])
    func hidesWhatLooksLikeOne(_ text: String, _ hidden: String) {
        #expect(text.hidingTokens == hidden)
    }

    @Test func problemsDoNotRepeatThem() {
        let problem = Problem(.badParameter, "\(Self.token): no such parameter", errors: [.init(.parameter(Self.token), "\(Self.token) is unknown")])
        let text = String(decoding: problem.json(instance: "/a/\(Self.token)", requestID: "r").serialized(), as: UTF8.self)
        #expect(!text.contains("eyJ") && !text.contains("c2lnbmF0dXJl"))
        #expect(text.contains(#""detail":"[token]: no such parameter""#) && text.contains(#""parameter":"[token]""#))
        #expect(text.contains(#""instance":"/a/%5Btoken%5D""#))
    }
}
