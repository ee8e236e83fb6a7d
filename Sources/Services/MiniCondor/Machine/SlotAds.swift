import ClassAd
import Glibc

/// Makes the ads of slots.
enum SlotAds {
    private static func tree(_ text: String) -> ExprTree { (try? ExprTree.parse(text, syntax: .old)) ?? .undefined }

    /// True if the slot has every resource that the job requests.
    private static let withinLimits = tree(
        "MY.Cpus > 0 && TARGET.RequestCpus <= MY.Cpus && MY.Memory > 0 && TARGET.RequestMemory <= MY.Memory && MY.Disk > 0 && "
            + "TARGET.RequestDisk <= MY.Disk && (TARGET.RequestGPUs =?= undefined || MY.GPUs >= TARGET.RequestGPUs)")
    private static let requirements = tree("Start && WithinResourceLimits")
    private static let slotWeight = tree("Cpus")
    private static let vacateTime = tree("10 * 60")

    private static let abilities = [
        "HasFileTransfer", "HasJICLocalStdin", "HasJobDeferral", "HasJobNetworking", "HasReconnect", "HasTransferInputRemaps",
    ]

    /// The attributes that all slots of this machine share.
    static func common(_ settings: SlotSettings, now: Int64) -> ClassAd {
        let system = SystemDescription()
        var ad = ClassAd()
        ad.set("MyType", "Machine")
        ad.set("TargetType", "Job")
        ad.set("Machine", settings.machine)
        ad.set("MyAddress", settings.address)
        ad.set("StartdIpAddr", settings.address)
        ad.set("CondorVersion", settings.version)
        ad.set("CondorPlatform", settings.platform)
        // Never a client's domain, so that files always travel through the spool.
        ad.set("FileSystemDomain", "minicondor.\(settings.machine)")
        ad.set("UidDomain", settings.uidDomain)
        ad.set("Arch", system.architecture)
        ad.set("OpSys", "LINUX")
        ad.set("OpSysLegacy", "LINUX")
        ad.set("OpSysName", system.name)
        ad.set("OpSysShortName", system.name)
        ad.set("OpSysLongName", system.longName)
        ad.set("OpSysAndVer", system.name + String(system.majorVersion))
        ad.set("OpSysMajorVer", system.majorVersion)
        ad.set("OpSysVer", system.majorVersion * 100)
        ad.set("UtsnameMachine", system.machine)
        ad.set("UtsnameNodename", system.node)
        ad.set("UtsnameRelease", system.release)
        ad.set("UtsnameSysname", "Linux")
        ad.set("UtsnameVersion", system.version)
        for flag in system.processorFlags { ad.set("has_" + flag, true) }
        ad.set("DetectedCpus", max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        ad.set("DetectedMemory", system.memoryMB)
        ad.set("DetectedGPUs", settings.resources.gpus.count)
        ad.set("TotalCpus", Double(settings.resources.cpus))
        ad.set("TotalMemory", settings.resources.memoryMB)
        ad.set("TotalDisk", settings.resources.diskKB)
        ad.set("TotalGPUs", settings.resources.gpus.count)
        ad.set("TotalVirtualMemory", system.memoryMB * 1024)
        ad.set("VirtualMemory", system.memoryMB * 1024)
        ad.set("MachineResources", "Cpus Memory Disk Swap GPUs")
        for ability in abilities { ad.set(ability, true) }
        ad.set("StarterAbilityList", abilities.joined(separator: ","))
        ad.set("HasFileTransferPluginMethods", "file")
        ad.set("CondorScratchDir", "#CoNdOrScRaTcHdIr#")
        ad.set("Start", true)
        ad["Requirements"] = requirements
        ad["WithinResourceLimits"] = withinLimits
        ad["SlotWeight"] = slotWeight
        ad["MachineMaxVacateTime"] = vacateTime
        ad.set("Rank", 0.0)
        ad.set("CurrentRank", 0.0)
        ad.set("MaxJobRetirementTime", Int64(Int32.max))
        ad.set("RetirementTimeRemaining", 0)
        ad.set("TimeToLive", Int64(Int32.max))
        ad.set("IsLocalStartd", false)
        ad.set("CpuBusy", false)
        ad.set("CanHibernate", false)
        ad.set("SlotID", 1)
        ad.set("SlotTypeID", 1)
        ad.set("DaemonStartTime", now)
        ad.set("MonitorSelfTime", now)
        return ad
    }

    static func setResources(_ resources: MachineResources, in ad: inout ClassAd) {
        ad.set("Cpus", resources.cpus)
        ad.set("Memory", resources.memoryMB)
        ad.set("Disk", resources.diskKB)
        ad.set("GPUs", resources.gpus.count)
    }

    private static func setTimes(_ now: Int64, in ad: inout ClassAd) {
        var time = time_t(now)
        var parts = tm()
        localtime_r(&time, &parts)
        ad.set("ClockDay", parts.tm_wday)
        ad.set("ClockMin", parts.tm_hour * 60 + parts.tm_min)
        ad.set("MyCurrentTime", now)
        ad.set("LastHeardFrom", now)
    }

    /// The partitionable slot.
    static func partitionable(_ common: ClassAd, _ slots: Slots, free: MachineResources, now: Int64) -> ClassAd {
        var ad = common
        ad.set("Name", slots.slotName)
        ad.set("SlotType", "Partitionable")
        ad.set("PartitionableSlot", true)
        setResources(free, in: &ad)
        let total = slots.settings.resources
        ad.set("TotalSlotCpus", total.cpus)
        ad.set("TotalSlotMemory", total.memoryMB)
        ad.set("TotalSlotDisk", Double(total.diskKB))
        ad.set("TotalSlotGPUs", total.gpus.count)
        ad.set("TotalSlots", slots.dynamic.count + 1)
        ad.set("NumDynamicSlots", slots.dynamic.count)
        ad.set("State", "Unclaimed")
        ad.set("Activity", "Idle")
        ad.set("EnteredCurrentState", slots.startedAt)
        ad.set("EnteredCurrentActivity", slots.startedAt)
        ad.set("JobStarts", slots.totalJobStarts)
        let children = slots.dynamic.values.sorted { $0.number < $1.number }
        ad.set("ChildName", .list(children.map { .string($0.name) }))
        ad.set("ChildCpus", .list(children.map { .integer($0.resources.cpus) }))
        ad.set("ChildMemory", .list(children.map { .integer($0.resources.memoryMB) }))
        ad.set("ChildDisk", .list(children.map { .integer($0.resources.diskKB) }))
        ad.set("ChildGPUs", .list(children.map { .integer($0.resources.gpus.count) }))
        ad.set("ChildRemoteOwner", .list(children.map { .string($0.user) }))
        ad.set("ChildRemoteUser", .list(children.map { .string($0.user) }))
        ad.set("ChildState", .list(children.map { _ in .string("Claimed") }))
        ad.set("ChildActivity", .list(children.map { .string($0.isSuspended ? "Suspended" : "Busy") }))
        ad.set("ChildDSlotId", .list(children.map { .integer($0.number) }))
        setLoad(in: &ad)
        setTimes(now, in: &ad)
        return ad
    }

    /// A dynamic slot that a job uses.
    static func dynamic(_ common: ClassAd, _ slots: Slots, _ slot: DynamicSlot, now: Int64) -> ClassAd {
        var ad = common
        ad.set("Name", slot.name)
        ad.set("SlotType", "Dynamic")
        ad.set("DynamicSlot", true)
        ad.set("DSlotId", slot.number)
        ad.set("ParentSlotId", 1)
        setResources(slot.resources, in: &ad)
        ad.set("TotalSlotCpus", slot.resources.cpus)
        ad.set("TotalSlotMemory", slot.resources.memoryMB)
        ad.set("TotalSlotDisk", Double(slot.resources.diskKB))
        ad.set("TotalSlotGPUs", slot.resources.gpus.count)
        ad.set("TotalSlots", slots.dynamic.count + 1)
        if !slot.resources.gpus.isEmpty { ad.set("AssignedGPUs", slot.resources.gpus.joined(separator: ",")) }
        ad.set("State", "Claimed")
        ad.set("Activity", slot.isSuspended ? "Suspended" : "Busy")
        ad.set("EnteredCurrentState", slot.since)
        ad.set("EnteredCurrentActivity", slot.since)
        ad.set("JobStart", slot.since)
        ad.set("JobId", slot.job)
        ad.set("GlobalJobId", slot.globalJobID)
        ad.set("JobUniverse", slot.universe)
        ad.set("RemoteOwner", slot.user)
        ad.set("RemoteUser", slot.user)
        ad.set("RemoteScheddName", slots.settings.scheddName)
        ad.set("ClientMachine", slots.settings.machine)
        ad.set("TotalJobRunTime", max(0, now - slot.since))
        ad.set("TotalClaimRunTime", max(0, now - slot.since))
        setLoad(in: &ad)
        setTimes(now, in: &ad)
        return ad
    }

    private static func setLoad(in ad: inout ClassAd) {
        var load = 0.0
        guard getloadavg(&load, 1) == 1 else { return }
        ad.set("TotalLoadAvg", (load * 100).rounded() / 100)
        ad.set("LoadAvg", (load * 100).rounded() / 100)
    }
}
