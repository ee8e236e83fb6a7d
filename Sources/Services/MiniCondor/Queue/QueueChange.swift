import CondorProtocol

/// One change of the queue, as it is applied in memory and then written to the database.
enum QueueChange: Sendable {
    case putCluster(Int, StoredAd, nextProc: Int)
    /// Also removes its jobs and its factory.
    case removeCluster(Int)
    case putJob(JobID, StoredAd)
    case removeJob(JobID)
    case putFactory(Int, JobFactory)
    /// How far a factory has come.
    case updateFactory(Int, nextProc: Int, pause: JobFactory.Pause?)
    /// Adds the ad of a job that leaves the queue to the history.
    case archive(HistoryRecord)
    /// Drops the records of jobs that left before a time, then the oldest ones until all together have at most `maximumBytes`.
    case pruneHistory(before: Int64, maximumBytes: Int64)
    /// No cluster number below this one is given out again.
    case nextCluster(Int)
}
