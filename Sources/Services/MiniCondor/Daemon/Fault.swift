import Glibc
import Synchronization

/// A deliberate failure for testing clients. The same sequence of commands always meets the same failures.
package enum Fault: Sendable, Hashable {
    /// Every command is delayed by this time before it is executed.
    case slowReply(Duration)
    /// The connection ends after a change has become durable, but before the client is told.
    case dropAfterCommit
    /// Every authentication fails.
    case refuseAuthentication
    /// The process kills itself (SIGKILL) when this number of changes has become durable, before the client is told about the last one.
    case crashAfter(Int)

    /// Parses `slow-reply=200ms`, `drop-after-commit`, `refuse-auth` or `crash-after=5`. Times are in `ms` or `s`. Nil for anything else.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        switch (parts.first, parts.count) {
        case ("drop-after-commit", 1): self = .dropAfterCommit
        case ("refuse-auth", 1): self = .refuseAuthentication
        case ("crash-after", 2):
            guard let count = Int(parts[1]), count >= 1 else { return nil }
            self = .crashAfter(count)
        case ("slow-reply", 2):
            let unit = parts[1].hasSuffix("ms") ? 2 : 1
            guard parts[1].hasSuffix("s"), let number = Int64(parts[1].dropLast(unit)), (0...3_600_000).contains(number) else { return nil }
            self = .slowReply(unit == 2 ? .milliseconds(number) : .seconds(number))
        default: return nil
        }
    }
}

/// The faults of one server, with counters.
final class FaultInjector: Sendable {
    let delay: Duration?
    let refusesAuthentication: Bool
    private let dropsAfterCommit: Bool
    private let crashCount: Int?
    private let commits = Mutex(0)

    init(_ faults: [Fault]) {
        var delay: Duration?
        var crashCount: Int?
        for fault in faults {
            switch fault {
            case .slowReply(let duration): delay = duration
            case .crashAfter(let count): crashCount = count
            case .dropAfterCommit, .refuseAuthentication: break
            }
        }
        self.delay = delay
        self.crashCount = crashCount
        refusesAuthentication = faults.contains(.refuseAuthentication)
        dropsAfterCommit = faults.contains(.dropAfterCommit)
    }

    /// Call this when a change of the queue is durable and its client has not been told.
    func committed() throws(ServerError) {
        if let crashCount {
            let count = commits.withLock { count -> Int in
                count += 1
                return count
            }
            if count >= crashCount { kill(getpid(), SIGKILL) }
        }
        if dropsAfterCommit { throw .refused("fault: the connection ends after the commit") }
    }
}
