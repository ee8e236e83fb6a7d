/// A cluster's late materialization: the scheduler makes the jobs itself, a few at a time, from a submit description.
struct JobFactory: Sendable, Equatable {
    /// The description, as condor_submit condensed it (the submit digest).
    var digest: String
    /// The name by which the digest calls the items; empty without items.
    var itemFile = ""
    /// Rows of items, each ended by a newline, fields joined by 0x1F.
    var items: [UInt8] = []
    /// Most jobs of the cluster in the queue at a time (`JobMaterializeLimit`).
    var limit: Int
    /// Jobs made so far: the number of the next one.
    var nextProc = 0
    /// Why no jobs are made at the moment; nil while they are.
    var pause: Pause?

    /// Numbers of `JobMaterializePaused`.
    enum Pause: Int, Sendable, Equatable {
        /// The description or the items cannot be used.
        case invalid = -1
        /// Somebody holds the cluster, or a job could not be made.
        case held = 1
        /// Every job has been made.
        case exhausted = 2
        /// The cluster is being removed.
        case removed = 3
    }

    /// No further job will be made.
    var isOver: Bool { pause == .exhausted || pause == .removed }

    var rowCount: Int { items.count { $0 == 0x0A } }
}
