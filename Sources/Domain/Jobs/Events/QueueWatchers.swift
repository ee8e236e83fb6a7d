import CondorClient
package import NIOCore
import Synchronization
import Tokens
package import Waiting

/// The watchers of all identities: none ever sees what was shown to another one.
package final class QueueWatchers: Sendable {
    /// How long what is known stays after the last stream has ended.
    static let retention: Duration = .seconds(300)
    /// Watchers at the same time at most.
    private static let limit = 1000

    private let watchers = Mutex<[IdentityDigest: QueueWatcher]>([:])
    private let eventLoopGroup: any EventLoopGroup
    private let time: any TimeSource

    /// - Parameter eventLoopGroup: runs the timers after which idle watchers are dropped.
    package init(eventLoopGroup: any EventLoopGroup, time: any TimeSource = .system) {
        self.eventLoopGroup = eventLoopGroup
        self.time = time
    }

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
    /// - Throws: `tooManyWatched`.
    func use(_ caller: Caller, _ client: CondorClient) throws(JobsError) -> Use {
        let now = time.uptime
        let watcher = watchers.withLock { watchers -> QueueWatcher? in
            if let watcher = watchers[caller.lastingIdentity] {
                watcher.begin(now)
                watcher.renew(client.schedd(as: caller.credential))
                return watcher
            }
            if watchers.count >= Self.limit {
                watchers = watchers.filter { $0.value.isInUse }
                if watchers.count >= Self.limit { return nil }
            }
            let watcher = QueueWatcher(schedd: client.schedd(as: caller.credential), time: time)
            watcher.begin(now)
            watchers[caller.lastingIdentity] = watcher
            return watcher
        }
        guard let watcher else {
            throw JobsError(.tooManyWatched, "Too many users watch the queue", retryAfter: .seconds(30))
        }
        return Use(watcher) { [weak self, time] in
            watcher.end(time.uptime)
            self?.expireLater()
        }
    }

    /// Something has been changed: the next look also asks the history for jobs that have come and gone since the last one.
    package func noteChange() {
        for watcher in watchers.withLock({ Array($0.values) }) { watcher.state.withLock { $0.mustAskHistory = true } }
    }

    /// How many there are.
    var count: Int { watchers.withLock { $0.count } }

    /// Drops those whose last stream ended long ago.
    func expire(at now: Duration) {
        watchers.withLock { watchers in
            watchers = watchers.filter { $0.value.isInUse || now - $0.value.lastUse < Self.retention }
        }
    }

    private func expireLater() {
        _ = eventLoopGroup.next().scheduleTask(in: TimeAmount(Self.retention) + .seconds(1)) { [weak self, time] in self?.expire(at: time.uptime) }
    }
}

extension QueueWatcher {
    func begin(_ now: Duration) {
        state.withLock { state in
            state.streams += 1
            state.lastUse = now
        }
    }

    /// Goes on with the newest credential of the identity.
    func renew(_ schedd: Schedd) { current.withLock { $0 = schedd } }

    func end(_ now: Duration) {
        state.withLock { state in
            state.streams -= 1
            state.lastUse = now
        }
    }

    var isInUse: Bool { state.withLock { $0.streams > 0 } }
    var lastUse: Duration { state.withLock { $0.lastUse } }
}
