import ClassAd
import CondorModel
import CondorProtocol
import Glibc
import POSIX
import Testing

@testable import MiniCondor

/// Expected texts are event logs of HTCondor 25.14.1, with shorter addresses.
@Suite struct UserLogTextTests {
    private static let schedd = "<127.0.0.1:9618?addrs=127.0.0.1-9618&alias=node.pool.test&noUDP&sock=schedd_14_2e6a>"
    private static let startd = "<127.0.0.1:9618?addrs=127.0.0.1-9618&alias=node.pool.test&noUDP&sock=startd_14_2e6a>"
    private static let start = JobExecutionStart(
        host: startd, slotName: "slot1_1@node.pool.test", scratchDirectory: "/var/lib/condor/execute/dir_15047/scratch", cpus: 1, memoryMB: 128,
        diskKB: 1024, gpus: 0)

    /// 2026-11-21 08:09:25, in whatever zone the test runs.
    private static let time: Int64 = {
        var parts = tm()
        parts.tm_year = 126
        parts.tm_mon = 10
        parts.tm_mday = 21
        parts.tm_hour = 8
        parts.tm_min = 9
        parts.tm_sec = 25
        parts.tm_isdst = -1
        return Int64(mktime(&parts))
    }()

    private static func job(_ attributes: [String: String] = [:], cluster: Int = 5, proc: Int = 0) -> JobSnapshot {
        var ad = StoredAd()
        for (name, text) in attributes { ad.set(name, expression: text.utf8) }
        return JobSnapshot(id: JobID(cluster: cluster, proc: proc)!, cluster: ad, proc: StoredAd())
    }

    /// A job with what it was given, running since `seconds` before ``time``.
    private static func ran(_ seconds: Int64, busy: Int64, disk: Int64 = 1024, _ more: [String: String] = [:]) -> JobSnapshot {
        job(
            [
                "RequestCpus": "1", "RequestMemory": "128", "RequestDisk": "1024", "CpusProvisioned": "1", "MemoryProvisioned": "128",
                "DiskProvisioned": "\(disk)", "GpusProvisioned": "0", "JobCurrentStartExecutingDate": "\(time - seconds)",
                "JobCurrentStartDate": "\(time - busy)",
            ].merging(more) { $1 })
    }

    private static func text(_ event: JobEvent, _ job: JobSnapshot = job(), key: QueueKey? = nil) -> String {
        String(decoding: UserLogText.render(JobEventRecord(event: event, key: key ?? QueueKey(job.id), job: job, time: time)), as: UTF8.self)
    }

    @Test func submission() {
        #expect(
            Self.text(.submitted(address: Self.schedd, notes: nil, userNotes: nil, warning: nil)) == """
                000 (005.000.000) 2026-11-21 08:09:25 Job submitted from host: \(Self.schedd)
                ...

                """)
        #expect(
            Self.text(
                .submitted(address: Self.schedd, notes: "[ DAGNodeName = \"A\"; JobBatchName = \"bn\" ]", userNotes: "user notes", warning: nil),
                Self.job(cluster: 12345, proc: 678)) == """
                    000 (12345.678.000) 2026-11-21 08:09:25 Job submitted from host: \(Self.schedd)
                        [ DAGNodeName = "A"; JobBatchName = "bn" ]
                        user notes
                    ...

                    """)
    }

    @Test func clusters() {
        let cluster = QueueKey(cluster: 28, proc: -1)
        #expect(
            Self.text(.clusterSubmitted(address: Self.schedd), key: cluster) == """
                035 (028.-01.000) 2026-11-21 08:09:25 Cluster submitted from host: \(Self.schedd)
                ...

                """)
        #expect(
            Self.text(.clusterRemoved(jobsMade: 2, rows: 0, isComplete: true, notes: nil), key: cluster)
                == "036 (028.-01.000) 2026-11-21 08:09:25 Cluster removed\n\tMaterialized 2 jobs from 0 items.\tComplete\n...\n")
    }

    @Test func fileTransfers() {
        #expect(
            Self.text(.fileTransfer(.inputStarted, host: Self.startd))
                == "040 (005.000.000) 2026-11-21 08:09:25 Started transferring input files\n\tTransferring to host: \(Self.startd)\n...\n")
        #expect(
            Self.text(.fileTransfer(.outputFinished, host: nil))
                == "040 (005.000.000) 2026-11-21 08:09:25 Finished transferring output files\n...\n")
    }

    @Test func execution() {
        #expect(
            Self.text(.executing(Self.start)) == """
                001 (005.000.000) 2026-11-21 08:09:25 Job executing on host: \(Self.startd)
                \tSlotName: slot1_1@node.pool.test
                \tCondorScratchDir = "/var/lib/condor/execute/dir_15047/scratch"
                \tCpus = 1
                \tDisk = 1024
                \tGPUs = 0
                \tMemory = 128
                ...

                """)
    }

    @Test func imageSize() {
        #expect(
            Self.text(.imageSize(imageSizeKB: 5292, memoryUsageMB: 4, residentSetSizeKB: 3352, proportionalSetSizeKB: nil)) == """
                006 (005.000.000) 2026-11-21 08:09:25 Image size of job updated: 5292
                \t4  -  MemoryUsage of job (MB)
                \t3352  -  ResidentSetSize of job (KB)
                ...

                """)
    }

    @Test func termination() {
        var usage = JobUsage()
        usage.diskUsageKB = 30
        usage.memoryUsageMB = 4
        usage.bytesSent = 14055
        usage.bytesReceived = 309
        let ended = JobTermination(
            ending: .code(0), usage: usage, totalBytesSent: 14055, totalBytesReceived: 309, totalUserCPU: 0, totalSystemCPU: 0)
        #expect(
            Self.text(.terminated(ended), Self.ran(6, busy: 7)) == """
                005 (005.000.000) 2026-11-21 08:09:25 Job terminated.
                \t(1) Normal termination (return value 0)
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Local Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Total Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Total Local Usage
                \t14055  -  Run Bytes Sent By Job
                \t309  -  Run Bytes Received By Job
                \t14055  -  Total Bytes Sent By Job
                \t309  -  Total Bytes Received By Job
                \tPartitionable Resources :    Usage  Request Allocated\u{20}
                \t   Cpus                 :        0        1         1\u{20}
                \t   Disk (KB)            :       30     1024      1024\u{20}
                \t   GPUs                 :                           0\u{20}
                \t   Memory (MB)          :        4      128       128\u{20}
                \t   TimeExecute (s)      :        6                   \u{20}
                \t   TimeSlotBusy (s)     :        7                   \u{20}
                ...

                """)
    }

    /// A fraction of a processor makes the whole numbers of its column move to the left.
    @Test func terminationBySignalAndProcessorTime() {
        var usage = JobUsage()
        usage.userCPU = 93_784
        usage.systemCPU = 1.9
        usage.diskUsageKB = 58
        usage.memoryUsageMB = 5
        let ended = JobTermination(
            ending: .signal(9, dumpedCore: false), usage: usage, totalBytesSent: 0, totalBytesReceived: 21, totalUserCPU: 93_784, totalSystemCPU: 61)
        #expect(
            Self.text(.terminated(ended), Self.ran(100_000, busy: 100_001, disk: 1_048_576)) == """
                005 (005.000.000) 2026-11-21 08:09:25 Job terminated.
                \t(0) Abnormal termination (signal 9)
                \t(0) No core file
                \t\tUsr 1 02:03:04, Sys 0 00:00:01  -  Run Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Local Usage
                \t\tUsr 1 02:03:04, Sys 0 00:01:01  -  Total Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Total Local Usage
                \t0  -  Run Bytes Sent By Job
                \t0  -  Run Bytes Received By Job
                \t0  -  Total Bytes Sent By Job
                \t21  -  Total Bytes Received By Job
                \tPartitionable Resources :     Usage  Request Allocated\u{20}
                \t   Cpus                 :      0.94        1         1\u{20}
                \t   Disk (KB)            :     58        1024   1048576\u{20}
                \t   GPUs                 :                            0\u{20}
                \t   Memory (MB)          :      5         128       128\u{20}
                \t   TimeExecute (s)      : 100000                      \u{20}
                \t   TimeSlotBusy (s)     : 100001                      \u{20}
                ...

                """)
    }

    @Test func evictionBeforeExecution() {
        var usage = JobUsage()
        usage.diskUsageKB = 1
        usage.bytesReceived = 13
        let reason = "Error from slot1_3@node.pool.test: Failed to execute '/scratch/junk': (errno=8: 'Exec format error')"
        let eviction = JobEviction(reason: reason, code: 6, subCode: 8, usage: usage, cpus: 1, memoryMB: 128, diskKB: 1024)
        var job = Self.ran(0, busy: 2).cluster
        job.remove("JobCurrentStartExecutingDate")
        #expect(
            Self.text(.evicted(eviction), JobSnapshot(id: JobID(cluster: 16, proc: 0)!, cluster: job, proc: StoredAd())) == """
                004 (016.000.000) 2026-11-21 08:09:25 Job was evicted. Code 6 Subcode 8
                \t(0) CPU times
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Local Usage
                \t0  -  Run Bytes Sent By Job
                \t13  -  Run Bytes Received By Job
                \tReason: \(reason)
                \tPartitionable Resources :    Usage  Request Allocated\u{20}
                \t   Cpus                 :                 1         1\u{20}
                \t   Disk (KB)            :        1     1024      1024\u{20}
                \t   GPUs                 :                           0\u{20}
                \t   Memory (MB)          :               128       128\u{20}
                \t   TimeSlotBusy (s)     :        2                   \u{20}
                ...

                """)
    }

    @Test func requeue() {
        var usage = JobUsage()
        usage.bytesReceived = 43464
        let eviction = JobEviction(
            reason: "The job attribute OnExitRemove expression 'ExitCode =?= 0' evaluated to FALSE", code: 0, subCode: 0, usage: usage, cpus: 1,
            memoryMB: 128, diskKB: 1024, requeued: .code(1))
        #expect(
            Self.text(.evicted(eviction), Self.ran(0, busy: 1)) == """
                004 (005.000.000) 2026-11-21 08:09:25 Job was evicted.
                \t(0) Job terminated and was requeued
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Remote Usage
                \t\tUsr 0 00:00:00, Sys 0 00:00:00  -  Run Local Usage
                \t0  -  Run Bytes Sent By Job
                \t43464  -  Run Bytes Received By Job
                \t(1) Normal termination (return value 1)
                \tThe job attribute OnExitRemove expression 'ExitCode =?= 0' evaluated to FALSE
                ...

                """)
    }

    @Test func holdsReleasesAndRemovals() {
        #expect(
            Self.text(.held(reason: "too long", code: 3, subCode: 42))
                == "012 (005.000.000) 2026-11-21 08:09:25 Job was held.\n\ttoo long\n\tCode 3 Subcode 42\n...\n")
        #expect(
            Self.text(.released(reason: "via condor_release (by user bob)"))
                == "013 (005.000.000) 2026-11-21 08:09:25 Job was released.\n\tvia condor_release (by user bob)\n...\n")
        #expect(
            Self.text(.aborted(reason: "via condor_rm (by user bob)"))
                == "009 (005.000.000) 2026-11-21 08:09:25 Job was aborted.\n\tvia condor_rm (by user bob)\n...\n")
        #expect(
            Self.text(.suspended(processes: 1))
                == "010 (005.000.000) 2026-11-21 08:09:25 Job was suspended.\n\tNumber of processes actually suspended: 1\n...\n")
        #expect(Self.text(.unsuspended) == "011 (005.000.000) 2026-11-21 08:09:25 Job was unsuspended.\n...\n")
    }

    @Test func remoteErrors() {
        #expect(
            Self.text(
                .remoteError(
                    daemon: "starter", host: "slot1_2@node.pool.test", message: "unable to establish standard output stream", code: 9, subCode: 0))
                    == """
                    021 (005.000.000) 2026-11-21 08:09:25 Error from starter on slot1_2@node.pool.test:
                    \tunable to establish standard output stream
                    \tCode 9 Subcode 0
                    ...

                    """)
    }

    /// What a user wrote cannot end an event and begin another.
    @Test func lineFeedsInReasons() {
        #expect(
            Self.text(.aborted(reason: "x\n...\n005 (001.000.000) 2026-11-21 08:09:25 Job terminated.\r\n"))
                == "009 (005.000.000) 2026-11-21 08:09:25 Job was aborted.\n\tx ... 005 (001.000.000) 2026-11-21 08:09:25 Job terminated.  \n...\n")
    }
}
