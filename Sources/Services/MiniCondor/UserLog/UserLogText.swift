import CondorModel
import CondorProtocol
import Glibc
import POSIX

/// An event in the text form of HTCondor's event log, byte for byte as in HTCondor 25.14 (`condor_utils/condor_event.cpp`).
enum UserLogText {
    /// The event with its header line and its end line.
    static func render(_ record: JobEventRecord) -> [UInt8] {
        var text = header(record)
        append(record.event, record.job, record.time, to: &text)
        text += "...\n"
        return Array(text.utf8)
    }

    private static func header(_ record: JobEventRecord) -> String {
        "\(padded(record.event.number)) (\(padded(record.key.cluster)).\(proc(record.key.proc)).000) \(timestamp(record.time)) "
    }

    /// At least three digits.
    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return digits.utf8.count >= 3 ? digits : String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// Like printf's `%03d`: a minus sign counts as one of the three characters.
    private static func proc(_ number: Int) -> String {
        number >= 0 ? padded(number) : "-" + (number > -10 ? "0\(-number)" : "\(-number)")
    }

    /// In local time.
    private static func timestamp(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
            return String(decoding: buffer[..<length].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Reduces foreign text to one line, because a line feed could end the event and begin another.
    private static func line(_ text: String, limit: Int = 8191) -> String {
        let bytes = text.utf8.prefix(limit).map { $0 == 0x0A || $0 == 0x0D ? UInt8(ascii: " ") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ event: JobEvent, _ job: JobSnapshot, _ time: Int64, to text: inout String) {
        switch event {
        case .submitted(let address, let notes, let userNotes, let warning):
            text += "Job submitted from host: \(line(address))\n"
            for note in [notes, userNotes] {
                if let note, !note.isEmpty { text += "    \(line(note))\n" }
            }
            if let warning, !warning.isEmpty {
                text += "    WARNING: Committed job submission into the queue with the following warning(s): \(line(warning, limit: 8110))\n"
            }
        case .executing(let start):
            text += "Job executing on host: \(line(start.host))\n\tSlotName: \(line(start.slotName))\n"
            text += "\tCondorScratchDir = \"\(line(start.scratchDirectory))\"\n"
            text += "\tCpus = \(start.cpus)\n\tDisk = \(start.diskKB)\n\tGPUs = \(start.gpus)\n\tMemory = \(start.memoryMB)\n"
        case .evicted(let eviction):
            append(eviction, job, time, to: &text)
        case .terminated(let termination):
            text += "Job terminated.\n"
            append(termination.ending, to: &text)
            let run = cpuTime(termination.usage.userCPU, termination.usage.systemCPU)
            text += "\t\t\(run)  -  Run Remote Usage\n\t\t\(cpuTime(0, 0))  -  Run Local Usage\n"
            text += "\t\t\(cpuTime(termination.totalUserCPU, termination.totalSystemCPU))  -  Total Remote Usage\n"
            text += "\t\t\(cpuTime(0, 0))  -  Total Local Usage\n"
            text += "\t\(termination.usage.bytesSent)  -  Run Bytes Sent By Job\n\t\(termination.usage.bytesReceived)  -  Run Bytes Received By Job\n"
            text +=
                "\t\(termination.totalBytesSent)  -  Total Bytes Sent By Job\n\t\(termination.totalBytesReceived)  -  Total Bytes Received By Job\n"
            ResourceTable(job, termination.usage, at: time).append(to: &text)
        case .imageSize(let image, let memory, let resident, let proportional):
            text += "Image size of job updated: \(image)\n"
            if let memory { text += "\t\(memory)  -  MemoryUsage of job (MB)\n" }
            if let resident { text += "\t\(resident)  -  ResidentSetSize of job (KB)\n" }
            if let proportional { text += "\t\(proportional)  -  ProportionalSetSize of job (KB)\n" }
        case .shadowException(let message, let sent, let received):
            text += "Shadow exception!\n\t\(line(message))\n\t\(sent)  -  Run Bytes Sent By Job\n\t\(received)  -  Run Bytes Received By Job\n"
        case .aborted(let reason):
            text += "Job was aborted.\n"
            if !reason.isEmpty { text += "\t\(line(reason))\n" }
        case .suspended(let processes):
            text += "Job was suspended.\n\tNumber of processes actually suspended: \(processes)\n"
        case .unsuspended:
            text += "Job was unsuspended.\n"
        case .held(let reason, let code, let subCode):
            text += "Job was held.\n\t\(reason.isEmpty ? "Reason unspecified" : line(reason))\n\tCode \(code) Subcode \(subCode)\n"
        case .released(let reason):
            text += "Job was released.\n"
            if !reason.isEmpty { text += "\t\(line(reason))\n" }
        case .remoteError(let daemon, let host, let message, let code, let subCode):
            text += "Error from \(line(daemon)) on \(line(host)):\n"
            for part in message.utf8.split(separator: 0x0A) { text += "\t\(line(String(Substring(part))))\n" }
            if code != 0 { text += "\tCode \(code) Subcode \(subCode)\n" }
        case .disconnected(let reason, let slot, let address):
            text += "Job disconnected, attempting to reconnect\n    \(line(reason))\n    Trying to reconnect to \(line(slot)) \(line(address))\n"
        case .reconnected(let slot, let address):
            text += "Job reconnected to \(line(slot))\n    startd address: \(line(address))\n    starter address: \(line(address))\n"
        case .reconnectFailed(let reason, let slot):
            text += "Job reconnection failed\n    \(line(reason))\n    Can not reconnect to \(line(slot)), rescheduling job\n"
        case .clusterSubmitted(let address):
            text += "Cluster submitted from host: \(line(address))\n"
        case .clusterRemoved(let jobs, let rows, let isComplete, let notes):
            text += "Cluster removed\n\tMaterialized \(jobs) jobs from \(rows) items.\t\(isComplete ? "Complete" : "Incomplete")\n"
            if let notes, !notes.isEmpty { text += "\t\(line(notes))\n" }
        case .fileTransfer(let step, let host):
            text += step.text + "\n"
            if let host { text += "\tTransferring to host: \(line(host))\n" }
        }
    }

    private static func append(_ eviction: JobEviction, _ job: JobSnapshot, _ time: Int64, to text: inout String) {
        text += eviction.code == 0 ? "Job was evicted.\n" : "Job was evicted. Code \(eviction.code) Subcode \(eviction.subCode)\n"
        text += eviction.requeued == nil ? "\t(0) CPU times\n" : "\t(0) Job terminated and was requeued\n"
        text += "\t\t\(cpuTime(eviction.usage.userCPU, eviction.usage.systemCPU))  -  Run Remote Usage\n"
        text += "\t\t\(cpuTime(0, 0))  -  Run Local Usage\n"
        text += "\t\(eviction.usage.bytesSent)  -  Run Bytes Sent By Job\n\t\(eviction.usage.bytesReceived)  -  Run Bytes Received By Job\n"
        if let ending = eviction.requeued { append(ending, to: &text) }
        if let reason = eviction.reason, !reason.isEmpty {
            text += eviction.requeued == nil ? "\tReason: \(line(reason))\n" : "\t\(line(reason))\n"
        }
        if eviction.requeued == nil { ResourceTable(job, eviction.usage, at: time).append(to: &text) }
    }

    private static func append(_ ending: ProcessEnding, to text: inout String) {
        switch ending {
        case .code(let code): text += "\t(1) Normal termination (return value \(code))\n"
        case .signal(let signal, _): text += "\t(0) Abnormal termination (signal \(signal))\n\t(0) No core file\n"
        }
    }

    /// `Usr 0 00:00:00, Sys 0 00:00:00`: days, hours, minutes and whole seconds.
    private static func cpuTime(_ user: Double, _ system: Double) -> String {
        func part(_ seconds: Double) -> String {
            let whole = Int(exactly: max(0, seconds).rounded(.down)) ?? 0
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "\(whole / 86_400) \(two(whole / 3600 % 24)):\(two(whole / 60 % 60)):\(two(whole % 60))"
        }
        return "Usr \(part(user)), Sys \(part(system))"
    }
}

extension JobFileTransferStep {
    fileprivate var text: String {
        switch self {
        case .inputQueued: "Entered queue to transfer input files"
        case .inputStarted: "Started transferring input files"
        case .inputFinished: "Finished transferring input files"
        case .outputQueued: "Entered queue to transfer output files"
        case .outputStarted: "Started transferring output files"
        case .outputFinished: "Finished transferring output files"
        }
    }
}
