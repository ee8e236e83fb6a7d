import Testing

@testable import MiniCondor

@Suite struct FaultTests {
    @Test(arguments: [
        ("slow-reply=200ms", Fault.slowReply(.milliseconds(200))), ("slow-reply=3s", .slowReply(.seconds(3))),
        ("drop-after-commit", .dropAfterCommit), ("refuse-auth", .refuseAuthentication), ("crash-after=5", .crashAfter(5)),
    ])
    func isRead(_ text: String, _ expected: Fault) {
        #expect(Fault(text) == expected)
    }

    @Test(arguments: [
        "", "=", "slow-reply", "slow-reply=", "slow-reply=ms", "slow-reply=s", "slow-reply=-1s", "slow-reply=5", "crash-after=0", "crash-after=x",
        "refuse-auth=1", "slow-reply=99999999999999999999s", "else",
    ])
    func isRefused(_ text: String) {
        #expect(Fault(text) == nil)
    }
}
