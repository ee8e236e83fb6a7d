import ClassAd
import CondorModel
import HeapModule

/// Collects the first jobs, in id order, of an answer that is not sorted.
///
/// The schedd answers in the order of its hash table, so the page is known only after the whole answer has been read. The collector keeps the page
/// and one more job, which shows that more follow, and never more than ``byteLimit`` bytes of ads. If a page does not fit, only its ids are kept
/// and its ads are requested afterwards, in order.
struct JobPageCollector {
    static let byteLimit = 16 << 20

    /// A candidate for the page, ordered by id.
    private struct Entry: Comparable {
        var id: JobID
        var ad: WireAd?

        static func == (left: Entry, right: Entry) -> Bool { left.id == right.id }
        static func < (left: Entry, right: Entry) -> Bool { left.id < right.id }
    }

    private let limit: Int
    private let byteLimit: Int
    /// At most `limit + 1` entries.
    private var heap = Heap<Entry>()
    private var bytes = 0
    private(set) var keepsAds = true

    init(limit: Int, byteLimit: Int = JobPageCollector.byteLimit) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    mutating func add(_ ad: WireAd) {
        guard let id = JobID(ad) else { return }
        if heap.count > limit {
            guard let last = heap.max, id < last.id else { return }
            bytes -= last.ad?.byteCount ?? 0
            heap.removeMax()
        }
        let kept = keepsAds ? ad : nil
        bytes += kept?.byteCount ?? 0
        heap.insert(Entry(id: id, ad: kept))
        if bytes > byteLimit {
            keepsAds = false
            bytes = 0
            heap = Heap(heap.unordered.map { Entry(id: $0.id) })
        }
    }

    /// The page in order, and whether more jobs follow.
    func page() -> (jobs: [(id: JobID, ad: WireAd?)], hasMore: Bool) {
        let sorted = heap.unordered.sorted()
        return (sorted.prefix(limit).map { ($0.id, $0.ad) }, sorted.count > limit)
    }
}
