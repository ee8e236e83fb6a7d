import Testing

@testable import MiniCondor

@Suite struct RequesterTests {
    @Test func theOwnerIsTheNameBeforeTheDomain() {
        #expect(Requester(user: "alice@pool.example", isQueueSuperuser: false).owner == "alice")
    }
}
