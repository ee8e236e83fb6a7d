import CondorModel

/// One change of the queue: applied in memory, then written to the database.
enum QueueChange: Sendable {
    case putCluster(Int, StoredAd, nextProc: Int)
    /// Also removes its jobs and its factory.
    case removeCluster(Int)
    case putJob(JobID, StoredAd)
    case removeJob(JobID)
    case putFactory(Int, JobFactory)
    /// A factory's progress.
    case updateFactory(Int, nextProc: Int, pause: JobFactory.Pause?)
    /// Adds the ad of a job that has left the queue to the history.
    case archive(HistoryRecord)
    /// Drops the records of jobs that left before a time, then the oldest ones until the total size is no more than `maximumBytes`.
    case pruneHistory(before: Int64, maximumBytes: Int64)
    /// Cluster numbers below this one are never assigned again.
    case nextCluster(Int)
}
