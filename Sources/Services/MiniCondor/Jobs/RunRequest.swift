import CondorModel

/// A request to the starter about a running job.
struct RunRequest: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// End the run, then report `JobTransition.stopped`.
        case stop(Reason, isFast: Bool)
        case suspend
        case resume
    }

    /// Why a run is to end. This selects the signal (`KillSig`, `RemoveKillSig`, `HoldKillSig`).
    enum Reason: Sendable, Equatable {
        case hold
        case remove
        case vacate
    }

    var job: JobID
    var kind: Kind
}
