import Glibc

/// Fair share between users by HTCondor's user priorities. Past processor use decays with a half-life; a user with less use goes first and gets
/// more.
///
/// The numbers are those of condor_userprio. The real priority approaches the number of processors in use and is at least 0.5; multiplied by the
/// factor 1000 it is the effective priority, where lower is better (HTCondor manual, "User priorities and negotiation"; PRIORITY_HALFLIFE one day,
/// DEFAULT_PRIO_FACTOR 1000).
struct FairShare: Sendable, Equatable {
    static let factor = 1000.0
    private static let lowest = 0.5
    let halfLife: Double
    private var priorities: [String: Double] = [:]
    private var updatedAt: Int64

    init(halfLife: Double = 86_400, now: Int64) {
        self.halfLife = halfLife
        updatedAt = now
    }

    func realPriority(of submitter: String) -> Double { max(Self.lowest, priorities[submitter] ?? Self.lowest) }

    func effectivePriority(of submitter: String) -> Double { realPriority(of: submitter) * Self.factor }

    /// Advances the time. Since the last call, submitters used these numbers of processors.
    mutating func advance(to now: Int64, processors: [String: Int]) {
        let seconds = Double(max(0, now - updatedAt))
        guard seconds > 0 else { return }
        updatedAt = now
        let kept = exp2(-seconds / max(1, halfLife))
        for (submitter, priority) in priorities {
            let next = priority * kept + (1 - kept) * Double(processors[submitter] ?? 0)
            priorities[submitter] = next < Self.lowest / 10 ? nil : next
        }
        for (submitter, count) in processors where priorities[submitter] == nil && count > 0 {
            priorities[submitter] = Self.lowest * kept + (1 - kept) * Double(count)
        }
    }

    /// The candidate furthest below the share that its priority entitles it to.
    func first(of candidates: some Sequence<(submitter: String, processors: Int)>) -> String? {
        candidates.min { a, b in
            let left = Double(a.processors + 1) * effectivePriority(of: a.submitter)
            let right = Double(b.processors + 1) * effectivePriority(of: b.submitter)
            return left == right ? a.submitter < b.submitter : left < right
        }?.submitter
    }

    // MARK: - Across restarts

    /// A line with the time, then lines `priority submitter`.
    var text: String {
        priorities.sorted { $0.key < $1.key }.reduce("\(updatedAt)\n") { $0 + "\($1.value) \($1.key)\n" }
    }

    /// Restores the state from such text. Unreadable lines are skipped.
    init(text: [UInt8], halfLife: Double = 86_400, now: Int64) {
        self.init(halfLife: halfLife, now: now)
        let lines = text.split(separator: 0x0A)
        guard let first = lines.first, let time = Int64(String(decoding: first, as: UTF8.self)), time <= now else { return }
        updatedAt = time
        for line in lines.dropFirst() {
            guard let space = line.firstIndex(of: 0x20), let value = Double(String(decoding: line[..<space], as: UTF8.self)), value.isFinite,
                value >= 0
            else { continue }
            priorities[String(decoding: line[(space + 1)...], as: UTF8.self)] = value
        }
    }
}
