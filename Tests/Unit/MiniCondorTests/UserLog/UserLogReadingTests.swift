import ClassAd
import CondorModel
import CondorProtocol
import POSIX
import Testing

@testable import MiniCondor

/// What is written to a log is what a reader finds in it.
@Suite struct UserLogReadingTests {
    private static let time: Int64 = 1_795_262_400
    private static let address = "<127.0.0.1:9618?addrs=127.0.0.1-9618&noUDP>"

    private static func read(_ events: [JobEvent], _ attributes: [String: String] = [:], proc: Int = 0) throws -> [LoggedEvent] {
        var ad = StoredAd()
        for (name, text) in attributes { ad.set(name, expression: text.utf8) }
        let job = JobSnapshot(id: try #require(JobID(cluster: 5, proc: max(proc, 0))), cluster: ad, proc: StoredAd())
        let text = events.flatMap { UserLogText.render(JobEventRecord(event: $0, key: QueueKey(cluster: 5, proc: proc), job: job, time: time)) }
        var reader = EventLogReader(now: time)
        let read = reader.add(text)
        #expect(read.map(\.type) == events.map(\.type))
        #expect(read.allSatisfy { $0.time.seconds == time && $0.cluster == 5 && $0.proc == proc })
        return read
    }

    @Test func theLifeOfAJob() throws {
        let start = JobExecutionStart(
            host: Self.address, slotName: "slot1_1@x", scratchDirectory: "/execute/dir_1", cpus: 2, memoryMB: 128, diskKB: 1024, gpus: 0)
        let read = try Self.read([
            .submitted(address: Self.address, notes: "[ DAGNodeName = \"A\" ]", userNotes: "mine", warning: nil),
            .fileTransfer(.inputStarted, host: Self.address),
            .executing(start), .imageSize(imageSizeKB: 5292, memoryUsageMB: 4, residentSetSizeKB: 3352, proportionalSetSizeKB: nil),
            .suspended(processes: 3), .unsuspended, .held(reason: "why\n...\nnot", code: 1, subCode: 7), .released(reason: "go on"),
            .aborted(reason: "enough"),
        ])
        #expect(read[0].attributes.string("SubmitHost") == Self.address)
        #expect(read[0].attributes.string("UserNotes") == "mine")
        guard case .ad(let notes) = read[0].attributes.evaluate("StructuredNotes") else {
            Issue.record("\(read[0].attributes)")
            return
        }
        #expect(notes.string("DAGNodeName") == "A")
        #expect(read[1].attributes.integer("Type") == 2)
        #expect(read[2].attributes.string("SlotName") == "slot1_1@x")
        guard case .ad(let given) = read[2].attributes.evaluate("ExecuteProps") else {
            Issue.record("\(read[2].attributes)")
            return
        }
        #expect(given.integer("Cpus") == 2)
        #expect(read[3].attributes.integer("Size") == 5292)
        #expect(read[4].attributes.integer("NumberOfPIDs") == 3)
        #expect(read[6].attributes.string("HoldReason") == "why ... not")
        #expect(read[6].attributes.integer("HoldReasonSubCode") == 7)
        #expect(read[7].attributes.string("Reason") == "go on")
        #expect(read[8].attributes.string("Reason") == "enough")
    }

    @Test func ends() throws {
        var usage = JobUsage()
        usage.userCPU = 93_784
        usage.memoryUsageMB = 5
        usage.bytesReceived = 21
        let resources = [
            "RequestCpus": "1", "RequestMemory": "128", "RequestDisk": "1024", "CpusProvisioned": "1", "MemoryProvisioned": "256",
            "DiskProvisioned": "2048",
            "JobCurrentStartExecutingDate": "\(Self.time - 6)", "JobCurrentStartDate": "\(Self.time - 7)",
        ]
        let read = try Self.read(
            [
                .terminated(
                    JobTermination(
                        ending: .signal(9, dumpedCore: false), usage: usage, totalBytesSent: 1, totalBytesReceived: 22, totalUserCPU: 93_784,
                        totalSystemCPU: 61)),
                .evicted(JobEviction(reason: "gone", code: 6, subCode: 8, usage: usage, cpus: 1, memoryMB: 128, diskKB: 1024)),
            ], resources)
        let ended = read[0].attributes
        #expect(ended.boolean("TerminatedNormally") == false)
        #expect(ended.integer("TerminatedBySignal") == 9)
        #expect(ended.string("TotalRemoteUsage") == "Usr 1 02:03:04, Sys 0 00:01:01")
        #expect(ended.real("TotalReceivedBytes") == 22)
        #expect(ended.integer("RequestMemory") == 128)
        #expect(ended.integer("Memory") == 256)
        #expect(ended.integer("MemoryUsage") == 5)
        #expect(ended.integer("TimeExecuteUsage") == 6)
        #expect(read[1].attributes.string("Reason") == "gone")
        #expect(read[1].attributes.integer("ReasonCode") == 6)
        #expect(read[1].attributes.integer("ReasonSubCode") == 8)
    }

    @Test func troubleAndClusters() throws {
        let read = try Self.read([
            .shadowException(message: "lost", bytesSent: 1, bytesReceived: 2),
            .remoteError(daemon: "starter", host: "slot1@x", message: "first\nsecond", code: 7, subCode: 13),
            .disconnected(reason: "closed", slotName: "slot1@x", address: Self.address), .reconnected(slotName: "slot1@x", address: Self.address),
            .reconnectFailed(reason: "not found", slotName: "slot1@x"),
        ])
        #expect(read[0].attributes.string("Message") == "lost")
        #expect(read[1].attributes.string("ErrorMsg") == "first\nsecond")
        #expect(read[1].attributes.string("Daemon") == "starter")
        #expect(read[1].attributes.integer("HoldReasonCode") == 7)
        #expect(read[2].attributes.string("StartdAddr") == Self.address)
        #expect(read[2].attributes.string("DisconnectReason") == "closed")
        #expect(read[3].attributes.string("StartdName") == "slot1@x")
        #expect(read[4].attributes.string("Reason") == "not found")
        let clusters = try Self.read(
            [.clusterSubmitted(address: Self.address), .clusterRemoved(jobsMade: 2, rows: 3, isComplete: true, notes: "done")], proc: -1)
        #expect(clusters.map(\.jobID) == ["5", "5"])
        #expect(clusters[1].attributes.integer("NextProcId") == 2)
        #expect(clusters[1].attributes.integer("NextRow") == 3)
        #expect(clusters[1].attributes.integer("Completion") == 1)
        #expect(clusters[1].attributes.string("Notes") == "done")
    }
}
