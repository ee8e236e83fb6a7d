/// A cluster's late materialization: the scheduler makes the jobs itself, a few at a time, from a submit description.
struct JobFactory: Sendable, Equatable {
    /// The description, as condor_submit condensed it (the submit digest).
    var digest: String
    /// Rows of items, each ended by a newline, fields joined by 0x1F.
    var items: [UInt8] = []
    /// Most jobs of the cluster in the queue at a time (`JobMaterializeLimit`).
    var limit: Int
    /// Jobs made so far: the number of the next one.
    var nextProc = 0
    /// Why no jobs are made at the moment; nil while they are.
    var pause: Pause?
    /// Every job has been made.
    var isExhausted = false

    /// Numbers of `JobMaterializePaused`.
    enum Pause: Int, Sendable, Equatable {
        /// The description or the items cannot be used.
        case failed = -1
        /// Somebody holds the cluster.
        case held = 1
        /// The cluster is being removed.
        case removed = 3
    }
}
