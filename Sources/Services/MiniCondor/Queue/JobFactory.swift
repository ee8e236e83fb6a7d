/// A cluster's late materialization: the scheduler makes the jobs from a submit description, a few at a time.
struct JobFactory: Sendable, Equatable {
    /// The description as condensed by condor_submit (the submit digest).
    var digest: String
    /// The name of the item file in the digest; empty without items.
    var itemFile = ""
    /// Rows of items, each ended by a newline, with fields separated by 0x1F.
    var items: [UInt8] = []
    /// The largest number of the cluster's jobs in the queue at a time (`JobMaterializeLimit`).
    var limit: Int
    /// Number of jobs made so far, which is the number of the next one.
    var nextProc = 0
    /// Why no jobs are being made; nil while they are.
    var pause: Pause?

    /// Values of `JobMaterializePaused`.
    enum Pause: Int, Sendable, Equatable {
        /// The description or the items are unusable.
        case invalid = -1
        /// The cluster was held, or a job could not be made.
        case held = 1
        /// All jobs have been made.
        case exhausted = 2
        /// The cluster is being removed.
        case removed = 3
    }

    /// No further job will be made.
    var isOver: Bool { pause == .exhausted || pause == .removed }

    var rowCount: Int { items.count { $0 == 0x0A } }
}
