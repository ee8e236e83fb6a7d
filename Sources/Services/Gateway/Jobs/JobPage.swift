import ClassAd
import CondorClient
import CondorProtocol

/// Where a page of jobs begins: behind a job, in the order of ids. Clients see it as an opaque text.
struct JobCursor: Sendable, Equatable {
    let last: JobID

    init(after last: JobID) { self.last = last }

    /// Nil unless `text` is one that ``text`` made.
    init?(_ text: String) {
        guard text.utf8.starts(with: "j1-".utf8), let last = JobID(text.dropFirst(3).replacing("-", with: ".")), Self(after: last).text == text else {
            return nil
        }
        self.last = last
    }

    var text: String { "j1-\(last.cluster)-\(last.proc)" }

    /// True for the jobs behind the cursor.
    var expression: ExprTree {
        .disjunction([
            .binary(.greaterThan, .attribute("ClusterId"), .integer(last.cluster)),
            .conjunction([
                .binary(.equal, .attribute("ClusterId"), .integer(last.cluster)), .binary(.greaterThan, .attribute("ProcId"), .integer(last.proc)),
            ]),
        ])
    }
}

/// The first jobs of a list in the order of their ids, found in an answer that is not sorted.
///
/// The schedd answers in the order of its hash table, so a page can only be known when the whole answer has passed. What is kept is the page and one job more (which
/// tells that there is more), and never more than ``byteLimit`` of ads: a page that does not fit keeps ids only, and its ads are asked for afterwards, in order.
struct JobPageCollector {
    static let byteLimit = 16 << 20

    private let limit: Int
    private let byteLimit: Int
    /// A heap with the highest id on top; at most `limit + 1` entries.
    private var heap: [(id: JobID, ad: WireAd?)] = []
    private var bytes = 0
    private(set) var keepsAds = true

    init(limit: Int, byteLimit: Int = JobPageCollector.byteLimit) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    mutating func add(_ ad: WireAd) {
        guard let id = JobID(ad) else { return }
        if heap.count > limit {
            guard id < heap[0].id else { return }
            removeTop()
        }
        let kept = keepsAds ? ad : nil
        bytes += kept?.byteCount ?? 0
        heap.append((id, kept))
        siftUp()
        if bytes > byteLimit {
            keepsAds = false
            bytes = 0
            for index in heap.indices { heap[index].ad = nil }
        }
    }

    /// The page in order, and whether jobs are left behind it.
    func page() -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool) {
        let sorted = heap.sorted { $0.id < $1.id }
        return (Array(sorted.prefix(limit)), sorted.count > limit)
    }

    private mutating func removeTop() {
        bytes -= heap[0].ad?.byteCount ?? 0
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let child = left + 1 < heap.count && heap[left].id < heap[left + 1].id ? left + 1 : left
            guard heap[index].id < heap[child].id else { return }
            heap.swapAt(index, child)
            index = child
        }
    }

    private mutating func siftUp() {
        var index = heap.count - 1
        while index > 0, heap[(index - 1) / 2].id < heap[index].id {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }
}

extension JobID {
    /// The id of a job's ad; nil for any other ad.
    init?(_ ad: WireAd) {
        guard let cluster = ad.integer("ClusterId").flatMap({ Int(exactly: $0) }), let proc = ad.integer("ProcId").flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(cluster: cluster, proc: proc)
    }
}
