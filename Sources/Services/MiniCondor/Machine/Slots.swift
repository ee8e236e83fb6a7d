import ClassAd
import Glibc

/// The machine's identity and the resources for its slots.
struct SlotSettings: Sendable {
    /// `Machine`; slots are named `slot1@<machine>` and `slot1_1@<machine>`.
    var machine: String
    /// The address of scheduler and starter.
    var address: String
    var uidDomain: String
    var scheddName: String
    /// `$CondorVersion: … $` and `$CondorPlatform: … $`.
    var version: String
    var platform: String
    /// The resources to divide among jobs.
    var resources: MachineResources

    init(
        machine: String, address: String, uidDomain: String, scheddName: String, version: String, platform: String, resources: MachineResources
    ) {
        self.machine = machine
        self.address = address
        self.uidDomain = uidDomain
        self.scheddName = scheddName
        self.version = version
        self.platform = platform
        self.resources = resources
    }
}

/// A part of the machine while a job uses it.
struct DynamicSlot: Sendable, Equatable {
    /// The second number of the slot's name.
    var number: Int
    var name: String
    var resources: MachineResources
    /// Seconds since 1970.
    var since: Int64
    var user: String
    var job: String
    var globalJobID: String
    var universe: Int64
    var isSuspended = false
}

/// This machine as one partitionable slot and its dynamic slots.
///
/// Attributes and values are those of a startd of HTCondor 25.14.
struct Slots: Sendable {
    let settings: SlotSettings
    let startedAt: Int64
    private(set) var free: MachineResources
    private(set) var dynamic: [Int: DynamicSlot] = [:]
    private var jobStarts = 0
    private let common: ClassAd
    /// The partitionable slot with its free resources, for matching. It lacks the attributes about the slot's activity.
    private(set) var matchAd: ClassAd

    init(settings: SlotSettings, now: Int64) {
        self.settings = settings
        startedAt = now
        free = settings.resources
        common = SlotAds.common(settings, now: now)
        matchAd = common
        matchAd.set("Name", "slot1@\(settings.machine)")
        matchAd.set("SlotType", "Partitionable")
        matchAd.set("PartitionableSlot", true)
        SlotAds.setResources(free, in: &matchAd)
    }

    var slotName: String { "slot1@\(settings.machine)" }

    /// Creates a dynamic slot from the free resources.
    /// - Returns: nil if they do not suffice.
    mutating func claim(_ request: ResourceRequest, user: String, job: String, globalJobID: String, universe: Int64, now: Int64) -> DynamicSlot? {
        let request = request.quantized
        var given = request
        // The last job may take what is left, even if only rounding would prevent it.
        given.memoryMB = min(request.memoryMB, free.memoryMB)
        given.diskKB = min(request.diskKB, free.diskKB)
        guard free.contains(given), given.memoryMB > 0, given.diskKB > 0 else { return nil }
        var number = 1
        while dynamic[number] != nil { number += 1 }
        let resources = MachineResources(cpus: given.cpus, memoryMB: given.memoryMB, diskKB: given.diskKB, gpus: Array(free.gpus.prefix(given.gpus)))
        let slot = DynamicSlot(
            number: number, name: "slot1_\(number)@\(settings.machine)", resources: resources, since: now, user: user, job: job,
            globalJobID: globalJobID, universe: universe)
        take(resources)
        dynamic[number] = slot
        jobStarts += 1
        return slot
    }

    /// Restores a slot that an earlier process created. It may exceed the resources that exist now.
    mutating func restore(_ slot: DynamicSlot) {
        guard dynamic[slot.number] == nil else { return }
        take(slot.resources)
        dynamic[slot.number] = slot
    }

    private mutating func take(_ resources: MachineResources) {
        free.cpus -= resources.cpus
        free.memoryMB -= resources.memoryMB
        free.diskKB -= resources.diskKB
        free.gpus.removeAll { resources.gpus.contains($0) }
        SlotAds.setResources(free, in: &matchAd)
    }

    /// Returns a slot's resources.
    mutating func release(_ number: Int) {
        guard let slot = dynamic.removeValue(forKey: number) else { return }
        free.cpus += slot.resources.cpus
        free.memoryMB += slot.resources.memoryMB
        free.diskKB += slot.resources.diskKB
        free.gpus = settings.resources.gpus.filter { free.gpus.contains($0) || slot.resources.gpus.contains($0) }
        SlotAds.setResources(free, in: &matchAd)
    }

    mutating func setSuspended(_ number: Int, _ isSuspended: Bool) { dynamic[number]?.isSuspended = isSuspended }

    // MARK: - Ads

    private func partitionableAd(now: Int64) -> ClassAd { SlotAds.partitionable(common, self, free: free, now: now) }

    /// The partitionable slot with all resources free. A job that does not match it never matches.
    func emptyAd(now: Int64) -> ClassAd { SlotAds.partitionable(common, self, free: settings.resources, now: now) }

    /// The ad of a dynamic slot, which is written to the job's `.machine.ad`.
    func dynamicAd(_ slot: DynamicSlot, now: Int64) -> ClassAd { SlotAds.dynamic(common, self, slot, now: now) }

    /// The ads of all slots, for condor_status.
    func ads(now: Int64) -> [WireAd] {
        [WireAd(partitionableAd(now: now))] + dynamic.values.sorted { $0.number < $1.number }.map { WireAd(dynamicAd($0, now: now)) }
    }

    /// The number of jobs started since the scheduler was started.
    var totalJobStarts: Int { jobStarts }
}
