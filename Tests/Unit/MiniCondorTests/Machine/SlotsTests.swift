import ClassAd
import Testing

@testable import MiniCondor

@Suite struct SlotsTests {
    static func slots(cpus: Int = 4, memoryMB: Int64 = 1000, diskKB: Int64 = 100_000, gpus: [String] = []) -> Slots {
        Slots(
            settings: SlotSettings(
                machine: "node", address: "<127.0.0.1:9>", uidDomain: "pool.test", scheddName: "mini", version: "$CondorVersion: 25.14.1 $",
                platform: "$CondorPlatform: X86_64-Linux $",
                resources: MachineResources(cpus: cpus, memoryMB: memoryMB, diskKB: diskKB, gpus: gpus)), now: 1000)
    }

    static func request(_ cpus: Int = 1, _ memoryMB: Int64 = 64, _ diskKB: Int64 = 64, gpus: Int = 0) -> ResourceRequest {
        ResourceRequest(cpus: cpus, memoryMB: memoryMB, diskKB: diskKB, gpus: gpus)
    }

    private func claim(_ slots: inout Slots, _ request: ResourceRequest) -> DynamicSlot? {
        slots.claim(request, user: "alice@pool.test", job: "1.0", globalJobID: "mini#1.0#1", universe: 5, now: 1000)
    }

    @Test func requestsAreRoundedUp() {
        #expect(Self.request(1, 64, 64).quantized == Self.request(1, 128, 1024))
        #expect(Self.request(0, 129, 1025).quantized == Self.request(1, 256, 2048))
        #expect(Self.request(2, .max, .max).quantized == Self.request(2, .max, .max))
    }

    @Test func partsAreCutAndComeBack() {
        var slots = Self.slots(gpus: ["0", "1"])
        let first = claim(&slots, Self.request(1, 100, 10, gpus: 1))
        #expect(first?.name == "slot1_1@node")
        #expect(first?.resources == MachineResources(cpus: 1, memoryMB: 128, diskKB: 1024, gpus: ["0"]))
        let second = claim(&slots, Self.request(2, 100, 10, gpus: 1))
        #expect(second?.name == "slot1_2@node")
        #expect(second?.resources.gpus == ["1"])
        #expect(slots.free == MachineResources(cpus: 1, memoryMB: 744, diskKB: 97_952, gpus: []))
        #expect(slots.matchAd.integer("Cpus") == 1 && slots.matchAd.integer("Memory") == 744)
        #expect(claim(&slots, Self.request(2)) == nil)
        #expect(claim(&slots, Self.request(1, 64, 64, gpus: 1)) == nil)
        slots.release(1)
        #expect(slots.free.gpus == ["0"])
        #expect(claim(&slots, Self.request(1))?.number == 1)
        slots.release(1)
        slots.release(2)
        slots.release(2)
        #expect(slots.free == slots.settings.resources)
    }

    /// What is left is given although rounding would ask for more.
    @Test func theLastPart() {
        var slots = Self.slots(memoryMB: 100, diskKB: 500)
        #expect(claim(&slots, Self.request())?.resources.memoryMB == 100)
        #expect(claim(&slots, Self.request()) == nil)
    }

    @Test func ads() {
        var slots = Self.slots()
        _ = claim(&slots, Self.request())
        let ads = slots.ads(now: 1010)
        #expect(ads.count == 2)
        #expect(ads[0].string("Name") == "slot1@node" && ads[0].boolean("PartitionableSlot") == true && ads[0].string("State") == "Unclaimed")
        #expect(ads[0].integer("Cpus") == 3 && ads[0].real("TotalCpus") == 4 && ads[0].integer("NumDynamicSlots") == 1)
        #expect(ads[1].string("Name") == "slot1_1@node" && ads[1].boolean("DynamicSlot") == true && ads[1].string("State") == "Claimed")
        #expect(ads[1].string("RemoteOwner") == "alice@pool.test" && ads[1].string("JobId") == "1.0" && ads[1].integer("TotalJobRunTime") == 10)
        for ad in ads {
            #expect(ad.string("MyType") == "Machine" && ad.string("OpSys") == "LINUX" && ad.boolean("HasFileTransfer") == true)
            #expect(ad.integer("MyCurrentTime") == 1010)
        }
    }
}
