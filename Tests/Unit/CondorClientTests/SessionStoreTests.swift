import Cedar
import CondorProtocol
import NIOConcurrencyHelpers
import Testing
import Tokens

@testable import CondorClient

struct SessionStoreTests {
    func purpose(_ command: Command, _ user: String = "alice") -> SessionStore.Purpose {
        SessionStore.Purpose(address: "<a:1>", identity: IdentityDigest(.claimToBe(user)), command: command)
    }

    func session(_ id: String, _ commands: Set<Int>) -> SecuritySession {
        SecuritySession(
            id: id, key: SessionKey(bytes: 0..<32)!, user: "u", method: nil, validCommands: commands, duration: .seconds(60), lease: .zero,
            peerVersion: nil)
    }

    @Test func oneNegotiatesAndTheOthersResume() async throws {
        let store = SessionStore(capacity: 10)
        guard case .negotiate = try await store.acquire(purpose(.queryJobAdsWithAuthentication)) else {
            Issue.record("the first one has to negotiate")
            return
        }
        let started = NIOLockedValueBox(0)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    started.withLockedValue { $0 += 1 }
                    guard case .resume(let session) = try await store.acquire(purpose(.queryJobAdsWithAuthentication)) else { return "negotiate" }
                    return session.id
                }
            }
            while started.withLockedValue({ $0 }) < 20 { await Task.yield() }
            // Somebody else's identity and another level do not wait.
            guard case .negotiate = try await store.acquire(purpose(.queryJobAdsWithAuthentication, "bob")) else {
                Issue.record("bob negotiates"); return
            }
            guard case .negotiate = try await store.acquire(purpose(.actOnJobs)) else { Issue.record("WRITE negotiates"); return }
            store.finish(.success(session("s", [519])), for: purpose(.queryJobAdsWithAuthentication))
            for try await id in group { #expect(id == "s") }
        }
        #expect(store.count == 1)
        store.forget(session("s", []), address: "<a:1>")
        guard case .negotiate = try await store.acquire(purpose(.queryJobAdsWithAuthentication)) else { Issue.record("forgotten"); return }
    }

    @Test func aFailureIsSharedAndACancellationIsNot() async throws {
        let store = SessionStore(capacity: 10)
        for failure in [CondorError(.authenticationFailed, "bad token"), CondorError(.cancelled, "gone")] {
            _ = try await store.acquire(purpose(.queryJobAds))
            let waiter = Task { try await store.acquire(purpose(.queryJobAds)) }
            while store.waiterCount == 0 { await Task.yield() }
            store.finish(.failure(failure), for: purpose(.queryJobAds))
            if failure.code == .cancelled {
                guard case .negotiate = try await waiter.value else { Issue.record("the next one negotiates"); return }
                store.finish(.failure(failure), for: purpose(.queryJobAds))
            } else {
                await #expect(throws: failure) { _ = try await waiter.value }
            }
        }
    }

    @Test func aWaiterThatIsCancelledEnds() async throws {
        let store = SessionStore(capacity: 10)
        _ = try await store.acquire(purpose(.queryJobAds))
        let waiter = Task { try await store.acquire(purpose(.queryJobAds)) }
        while store.waiterCount == 0 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: CondorError(.cancelled, "")) { _ = try await waiter.value }
        #expect(store.waiterCount == 0)
    }
}
