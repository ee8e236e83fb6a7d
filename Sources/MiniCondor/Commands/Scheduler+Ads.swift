import Cedar
import ClassAd

extension Scheduler {
    /// What a collector would hold about this scheduler.
    func collectorAds(_ kind: AdKind) -> [WireAd] {
        switch kind {
        case .machine: slotAds()
        case .scheduler: [scheddAd()]
        case .master: [WireAd(identity.daemonAd(type: "DaemonMaster", now: now()))]
        case .collector: [WireAd(identity.daemonAd(type: "Collector", now: now()))]
        case .submitter, .negotiator, .generic: []
        case .any: collectorAds(.master) + collectorAds(.collector) + collectorAds(.scheduler) + collectorAds(.machine)
        }
    }

    private func scheddAd() -> WireAd {
        var ad = identity.daemonAd(type: "Scheduler", now: now())
        ad.set("ScheddIpAddr", identity.address.description)
        ad.set("TotalJobAds", 0)
        ad.set("TotalIdleJobs", 0)
        ad.set("TotalRunningJobs", 0)
        ad.set("TotalHeldJobs", 0)
        ad.set("TotalRemovedJobs", 0)
        ad.set("NumUsers", 0)
        ad.set("MaxJobsRunning", 10_000)
        return WireAd(ad)
    }
}
