import CondorModel
import Synchronization
package import Waiting

/// The jobs whose sandboxes this gateway is delivering or has just delivered.
///
/// For about a second after a delivery, the schedd still shows a job as awaiting its input and would accept it twice (observed with HTCondor
/// 25.14.1). StageInStart does not tell, because the schedd also sets it from time to time in jobs that merely wait.
package final class SpoolLedger: Sendable {
    /// How long a delivery is remembered: longer than any schedd needs to record it in the job.
    static let memory: Duration = .seconds(30)

    /// The time after which a delivery may be forgotten; nil during the delivery.
    private let deliveries = Mutex<[JobID: Duration?]>([:])
    private let time: any TimeSource

    package init(time: any TimeSource = .system) {
        self.time = time
    }

    /// Records that a delivery to these jobs begins. Returns false, and records nothing, if one of them is receiving its input or has just received
    /// it.
    func begin(_ jobs: [JobID]) -> Bool {
        let now = time.uptime
        return deliveries.withLock { deliveries in
            deliveries = deliveries.filter { $0.value.map { $0 > now } ?? true }
            guard jobs.allSatisfy({ deliveries[$0] == nil }) else { return false }
            for job in jobs { deliveries.updateValue(nil, forKey: job) }
            return true
        }
    }

    /// Records how a delivery ended.
    func end(_ jobs: [JobID], delivered: Bool) {
        let until = time.uptime + Self.memory
        deliveries.withLock { deliveries in
            for job in jobs {
                if delivered { deliveries.updateValue(until, forKey: job) } else { deliveries.removeValue(forKey: job) }
            }
        }
    }

    /// Whether the job is receiving its input, or has just received it.
    func contains(_ job: JobID) -> Bool {
        let now = time.uptime
        return deliveries.withLock { $0[job].map { $0.map { $0 > now } ?? true } ?? false }
    }

    /// Whether one of the selected jobs is receiving its input, or has just received it.
    func contains(where isSelected: (JobID) -> Bool) -> Bool {
        let now = time.uptime
        return deliveries.withLock { $0.contains { ($0.value.map { $0 > now } ?? true) && isSelected($0.key) } }
    }
}
