package import ClassAd
package import CondorModel

/// Jobs to put into the queue: one cluster.
package struct JobSubmission: Sendable {
    /// The ads of a cluster whose number is known.
    package struct Ads {
        /// What all jobs share. ClusterId is set by ``Schedd/submit(_:)``.
        package var clusterAd: ClassAd
        /// For the next job what differs from the cluster; nil behind the last one. ProcId is set by ``Schedd/submit(_:)``; JobStatus must be
        /// there. Called while the schedd waits, so it must not wait for anything itself.
        package var nextProcAd: () throws(CondorError) -> ClassAd?

        package init(clusterAd: ClassAd, nextProcAd: @escaping () throws(CondorError) -> ClassAd?) {
            self.clusterAd = clusterAd
            self.nextProcAd = nextProcAd
        }
    }

    /// Makes the ads once the schedd has given the cluster its number. What it throws ends the submission; nothing is in the queue then.
    package var ads: @Sendable (_ cluster: Int) throws(CondorError) -> Ads
    /// For jobs whose ads hold them for their input although they need none: how they are let go. Jobs with `JobStatusOnRelease` stay held, at the
    /// user's request. Nil: the jobs stay as their ads say.
    ///
    /// Spooling an empty sandbox has the same effect a second later, but if the client dies in the middle of that the schedd removes the jobs.
    package var staging: Staging?

    /// When and how jobs are let go that need no input.
    package struct Staging: Sendable, Equatable {
        /// When the input counts as having come, in seconds since 1970.
        package var time: Int64
        /// The schedd makes the jobs' spool directories while it takes the jobs in, which it does for jobs that are held for their input alone: a
        /// second transaction, right behind the one that makes the cluster, lets them go as the schedd itself does when input has come. Otherwise
        /// they are never held, and
        /// the schedd makes the directories when the jobs start, which is too late for a user log that is to tell of the submission.
        package var makesDirectories: Bool

        package init(time: Int64, makesDirectories: Bool) {
            self.time = time
            self.makesDirectories = makesDirectories
        }
    }

    /// What `StageInStart` and `StageInFinish` of jobs are that are let go at `time`: a day before. The schedd returns the files that are newer
    /// than that, by its own clock, and there is nothing older in an empty sandbox; so no difference of two clocks hides an output file.
    package static func stagingMark(_ time: Int64) -> Int64 { max(1, time - 86_400) }

    package init(ads: @escaping @Sendable (_ cluster: Int) throws(CondorError) -> Ads) {
        self.ads = ads
    }

    /// Jobs whose ads do not depend on the cluster's number.
    package init(clusterAd: ClassAd, procAds: any Sequence<ClassAd> & Sendable) {
        ads = { _ throws(CondorError) in
            let iterator = AnySequence(procAds).makeIterator()
            return Ads(clusterAd: clusterAd) { () throws(CondorError) in iterator.next() }
        }
    }
}

/// What a submission became.
package struct SubmittedCluster: Sendable, Equatable {
    package var cluster: Int
    /// The jobs are 0 ..< this.
    package var procCount: Int
    /// What a submit requirement of the schedd only warns about.
    package var warnings: [String]
    /// What ``JobSubmission/staging`` asks for was done. If not, the jobs still wait.
    package var isStaged: Bool

    package init(cluster: Int, procCount: Int, warnings: [String] = [], isStaged: Bool = false) {
        self.cluster = cluster
        self.procCount = procCount
        self.warnings = warnings
        self.isStaged = isStaged
    }

    package var jobs: [JobID] { (0..<procCount).compactMap { JobID(cluster: cluster, proc: $0) } }
}

/// What became of a submission that is made only once.
package enum SubmissionOutcome: Sendable {
    case submitted(SubmittedCluster)
    /// Nothing was queued: this job is in the queue already.
    case exists(WireAd)
}
