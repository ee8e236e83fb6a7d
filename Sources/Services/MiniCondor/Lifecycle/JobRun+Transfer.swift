import ClassAd
import CondorModel

/// Records a run's file transfers in the ad.
extension JobRun {
    /// Records the moved amount in `TransferInputStats` or `TransferOutputStats`, as HTCondor does for its own transfer protocol.
    func noteTransfer(_ name: String, _ amount: TransferAmount, in ad: inout StoredAd) {
        var stats = ClassAd()
        let before: ClassAd? = if case .ad(let known)? = job.expression(name + "Stats")?.literalValue { known } else { nil }
        func number(_ name: String) -> Int64 { before?.integer(name) ?? 0 }
        if amount.files > 0 || number("CedarFilesCountTotal") > 0 {
            stats.set("CedarSizeBytesTotal", number("CedarSizeBytesTotal") &+ amount.bytes)
            stats.set("CedarFilesCountTotal", number("CedarFilesCountTotal") &+ Int64(amount.files))
            stats.set("CedarSizeBytesLastRun", amount.bytes)
            stats.set("CedarFilesCountLastRun", amount.files)
        }
        ad.set(name + "Stats", .literal(.ad(stats)))
        guard name == "TransferInput" else { return }
        var counts = ClassAd()
        if amount.files > 0 { counts.set("CEDAR", amount.files) }
        ad.set("TransferInputFileCounts", .literal(.ad(counts)))
    }

    /// A run that did not reach its output transfer has transferred none.
    func noteMissingOutput(in ad: inout StoredAd) {
        guard job.contains("TransferInputStats"), !job.contains("TransferOutputStats") else { return }
        noteTransfer("TransferOutput", TransferAmount(), in: &ad)
    }
}
