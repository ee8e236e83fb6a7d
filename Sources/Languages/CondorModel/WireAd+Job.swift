package import ClassAd

extension JobID {
    /// The id in a job's ad; nil for any other ad.
    package init?(_ ad: WireAd) {
        guard let cluster = ad.integer("ClusterId").flatMap({ Int(exactly: $0) }), let proc = ad.integer("ProcId").flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(cluster: cluster, proc: proc)
    }
}

extension JobStatus {
    /// The status in a job's ad; nil if there is none or it is unknown.
    package init?(_ ad: WireAd) {
        guard let status = ad.integer("JobStatus") else { return nil }
        self.init(rawValue: status)
    }
}

extension HoldReasonCode {
    /// Why the ad's job is held; nil if it is not held or the code is unknown.
    package init?(_ ad: WireAd) {
        guard let code = ad.integer("HoldReasonCode") else { return nil }
        self.init(rawValue: code)
    }
}
