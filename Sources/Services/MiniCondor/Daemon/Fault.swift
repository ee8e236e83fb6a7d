import Glibc
import Synchronization

/// A failure made on purpose, so that clients can be tested against it. The same sequence of commands always meets the same failures.
package enum Fault: Sendable, Hashable {
    /// Every command waits for this time before it is carried out.
    case slowReply(Duration)
    /// The connection ends after a change was made durable, before the client hears of it.
    case dropAfterCommit
    /// No client can prove who it is.
    case refuseAuthentication
    /// The process kills itself (SIGKILL) when this number of changes is durable, before the client hears of the last one.
    case crashAfter(Int)

    /// Reads `slow-reply=200ms`, `drop-after-commit`, `refuse-auth` or `crash-after=5`. Times are in `ms` or `s`. Nil for anything else.
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

/// The faults of one server, with the count of what happened so far.
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

    /// A change of the queue is on disk and its client has not heard of it.
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
