package import Cedar
import ClassAd
package import CondorModel

/// The request of GET_JOB_CONNECT_INFO (509), for contacting a job's starter.
///
/// Source: HTCondor 25.14, `condor_schedd.V6/schedd.cpp`; observed with 25.14.1.
package struct JobConnectInfoRequest: Sendable, Equatable {
    package var job: JobID

    package init(job: JobID) { self.job = job }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("ClusterId", job.cluster)
        ad.set("ProcId", job.proc)
        ad.set("SessionInfo", "[Encryption=\"YES\";Integrity=\"YES\";]")
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        guard let job = JobID(ad) else {
            throw CedarError(.malformed, "the job's id is missing")
        }
        self.job = job
    }
}

/// The answer to ``JobConnectInfoRequest``.
package enum JobConnectInfo: Sendable, Equatable {
    /// - Parameters:
    ///   - claimID: `SESSION#[policy]KEY`: the part before the last `#` names a session with the starter, the rest is its policy and key. Secret.
    ///   - slot: the name of the machine's slot.
    case starter(address: String, claimID: String, version: String, slot: String)
    /// - Parameters:
    ///   - mayTryAgain: whether the job is just not running yet.
    ///   - status: the job's state, if it was sent.
    case unavailable(reason: String, mayTryAgain: Bool, status: JobStatus?, holdReason: String?)

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        switch self {
        case .starter(let address, let claimID, let version, let slot):
            ad.set("Result", true)
            ad.set("StarterIpAddr", address)
            ad.set("ClaimId", claimID)
            ad.set("Version", version)
            ad.set("CondorVersion", version)
            ad.set("RemoteHost", slot)
        case .unavailable(let reason, let mayTryAgain, let status, let holdReason):
            ad.set("Result", false)
            ad.set("ErrorString", reason)
            if mayTryAgain { ad.set("Retry", true) }
            if let status { ad.set("JobStatus", status.rawValue) }
            if let holdReason { ad.set("HoldReason", holdReason) }
        }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        guard ad.boolean("Result") == true else {
            self = .unavailable(
                reason: ad.string("ErrorString") ?? "", mayTryAgain: ad.boolean("Retry") ?? false,
                status: JobStatus(ad), holdReason: ad.string("HoldReason"))
            return
        }
        guard let address = ad.string("StarterIpAddr"), let claimID = ad.string("ClaimId") else {
            throw CedarError(.malformed, "the starter's address or the claim is missing")
        }
        self = .starter(
            address: address, claimID: claimID, version: ad.string("CondorVersion") ?? ad.string("Version") ?? "", slot: ad.string("RemoteHost") ?? ""
        )
    }
}
