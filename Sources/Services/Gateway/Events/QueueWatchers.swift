import Cedar
import CondorClient
import HTTPMessages
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The watchers of all identities: none ever sees what was shown to another one.
final class QueueWatchers: Sendable {
    /// How long what is known stays after the last stream has ended.
    static let retention: TimeAmount = .minutes(5)
    /// Watchers at the same time at most.
    private static let limit = 1000

    private let watchers = NIOLockedValueBox<[IdentityDigest: QueueWatcher]>([:])
    private let eventLoopGroup: any EventLoopGroup

    init(eventLoopGroup: any EventLoopGroup) { self.eventLoopGroup = eventLoopGroup }

    /// The use of a watcher by one stream; ends when it is dropped.
    final class Use: Sendable {
        let watcher: QueueWatcher
        private let end: @Sendable () -> Void

        init(_ watcher: QueueWatcher, end: @escaping @Sendable () -> Void) {
            self.watcher = watcher
            self.end = end
        }

        deinit { end() }
    }

    /// The identity's watcher.
    /// - Throws: 429 when there are too many.
    func use(_ caller: Caller, _ client: CondorClient) throws(Problem) -> Use {
        let now = NIODeadline.now()
        let watcher = watchers.withLockedValue { watchers -> QueueWatcher? in
            if let watcher = watchers[caller.lastingIdentity] {
                watcher.begin(now)
                watcher.renew(client.schedd(as: caller.credential))
                return watcher
            }
            if watchers.count >= Self.limit {
                watchers = watchers.filter { $0.value.isInUse }
                if watchers.count >= Self.limit { return nil }
            }
            let watcher = QueueWatcher(schedd: client.schedd(as: caller.credential))
            watcher.begin(now)
            watchers[caller.lastingIdentity] = watcher
            return watcher
        }
        guard let watcher else {
            throw Problem(.tooManyStreams, "Too many users watch the queue", headers: [.retryAfter: "30"])
        }
        return Use(watcher) { [weak self] in
            watcher.end(.now())
            self?.expireLater()
        }
    }

    /// Something has been changed: what has come and gone since the last look is asked for with the next one.
    func stir() {
        for watcher in watchers.withLockedValue({ Array($0.values) }) { watcher.state.withLockedValue { $0.isStirred = true } }
    }

    /// How many there are.
    var count: Int { watchers.withLockedValue { $0.count } }

    /// Drops those whose last stream ended long ago.
    func expire(at now: NIODeadline) {
        watchers.withLockedValue { watchers in
            watchers = watchers.filter { $0.value.isInUse || now - $0.value.lastUse < Self.retention }
        }
    }

    private func expireLater() {
        _ = eventLoopGroup.next().scheduleTask(in: Self.retention + .seconds(1)) { [weak self] in self?.expire(at: .now()) }
    }
}

extension QueueWatcher {
    func begin(_ now: NIODeadline) {
        state.withLockedValue { state in
            state.streams += 1
            state.lastUse = now
        }
    }

    /// Goes on with the newest credential of the identity.
    func renew(_ schedd: Schedd) { current.withLockedValue { $0 = schedd } }

    func end(_ now: NIODeadline) {
        state.withLockedValue { state in
            state.streams -= 1
            state.lastUse = now
        }
    }

    var isInUse: Bool { state.withLockedValue { $0.streams > 0 } }
    var lastUse: NIODeadline { state.withLockedValue { $0.lastUse } }
}
