import Cedar
import ClassAd

extension Scheduler {
    /// The ads that a collector would hold about this scheduler.
    func collectorAds(_ kind: AdKind) -> [WireAd] {
        switch kind {
        case .machine: machine.slotAds()
        case .scheduler: [scheddAd()]
        case .master: [WireAd(identity.daemonAd(type: "DaemonMaster", now: now()))]
        case .collector: [WireAd(identity.daemonAd(type: "Collector", now: now()))]
        case .submitter: submitterAds()
        case .negotiator, .generic: []
        case .any:
            collectorAds(.master) + collectorAds(.collector) + collectorAds(.scheduler) + collectorAds(.submitter)
                + collectorAds(.machine)
        }
    }

    private func scheddAd() -> WireAd {
        var ad = identity.daemonAd(type: "Scheduler", now: now())
        ad.set("ScheddIpAddr", identity.address.description)
        let counts = queue.counts
        ad.set("TotalJobAds", counts.jobs)
        ad.set("TotalIdleJobs", counts.idle)
        ad.set("TotalRunningJobs", counts.running)
        ad.set("TotalHeldJobs", counts.held)
        ad.set("TotalRemovedJobs", counts.removed)
        ad.set("NumUsers", queue.countsByOwner.count)
        ad.set("MaxJobsRunning", 10_000)
        return WireAd(ad)
    }

    /// One ad for each user who has jobs.
    private func submitterAds() -> [WireAd] {
        queue.countsByOwner.sorted { $0.key < $1.key }.map { owner, counts in
            var ad = identity.daemonAd(type: "Submitter", now: now())
            ad.set("Name", "\(owner)@\(identity.domain)")
            ad.set("ScheddName", identity.name)
            ad.set("ScheddIpAddr", identity.address.description)
            ad.set("IdleJobs", counts.idle)
            ad.set("RunningJobs", counts.running)
            ad.set("HeldJobs", counts.held)
            return WireAd(ad)
        }
    }
}
