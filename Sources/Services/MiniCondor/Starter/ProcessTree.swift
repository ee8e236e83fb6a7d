import Glibc

/// The processes of a job, as /proc shows them: the descendants of its supervisor, which adopts those whose parents have ended.
struct ProcessTree: Sendable {
    struct Member: Sendable, Equatable {
        var pid: pid_t
        /// KiB.
        var virtualKB: Int64
        var residentKB: Int64
        /// Seconds, of this process and its children that have ended.
        var userCPU: Double
        var systemCPU: Double
    }

    var members: [Member] = []
    /// The same of what has ended and was the supervisor's own child.
    var endedUserCPU = 0.0
    var endedSystemCPU = 0.0

    /// Most processes looked at.
    static let maximumMembers = 10_000

    /// Looks at the processes below `supervisor` now.
    init(below supervisor: pid_t) {
        if let own = Self.read(supervisor) {
            endedUserCPU = own.childUserCPU
            endedSystemCPU = own.childSystemCPU
        }
        var waiting = Self.children(of: supervisor)
        while let pid = waiting.popLast(), members.count < Self.maximumMembers {
            guard let entry = Self.read(pid) else { continue }
            members.append(
                Member(
                    pid: pid, virtualKB: entry.virtualKB, residentKB: entry.residentKB, userCPU: entry.userCPU + entry.childUserCPU,
                    systemCPU: entry.systemCPU + entry.childSystemCPU))
            waiting += Self.children(of: pid)
        }
    }

    var userCPU: Double { members.reduce(endedUserCPU) { $0 + $1.userCPU } }
    var systemCPU: Double { members.reduce(endedSystemCPU) { $0 + $1.systemCPU } }
    var residentKB: Int64 { members.reduce(0) { $0 &+ $1.residentKB } }
    /// The largest, as HTCondor's `ImageSize`.
    var imageKB: Int64 { members.reduce(0) { max($0, $1.virtualKB) } }

    /// Sends a signal to every process of the job, again until no new ones appear.
    /// - Returns: how many processes there were.
    static func signal(_ number: Int32, below supervisor: pid_t) -> Int {
        var reached: Set<pid_t> = []
        for _ in 0..<16 {
            let fresh = ProcessTree(below: supervisor).members.filter { !reached.contains($0.pid) }
            if fresh.isEmpty { break }
            for member in fresh {
                kill(member.pid, number)
                reached.insert(member.pid)
            }
        }
        return reached.count
    }

    // MARK: - /proc

    private struct Entry {
        var userCPU = 0.0
        var systemCPU = 0.0
        var childUserCPU = 0.0
        var childSystemCPU = 0.0
        var virtualKB: Int64 = 0
        var residentKB: Int64 = 0
    }

    private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    private static let pageKB = Int64(max(1024, sysconf(Int32(_SC_PAGESIZE)))) / 1024

    private static func children(of pid: pid_t) -> [pid_t] {
        guard let text = readSmallFile("/proc/\(pid)/task/\(pid)/children") else { return [] }
        var list = text.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        // A process with threads lists the children of each of them.
        guard let threads = opendir("/proc/\(pid)/task") else { return list }
        defer { closedir(threads) }
        while let entry = readdir(threads) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard let thread = pid_t(name), thread != pid, let text = readSmallFile("/proc/\(pid)/task/\(thread)/children") else { continue }
            list += text.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        }
        return list
    }

    private static func read(_ pid: pid_t) -> Entry? {
        guard let text = readSmallFile("/proc/\(pid)/stat"), let name = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // From field 3 (state) on; the name before may hold anything.
        let fields = text[(name + 1)...].split(separator: UInt8(ascii: " ")).map { Int64(String(decoding: $0, as: UTF8.self)) ?? 0 }
        guard fields.count > 21 else { return nil }
        func seconds(_ field: Int) -> Double { Double(fields[field - 3]) / ticksPerSecond }
        return Entry(
            userCPU: seconds(14), systemCPU: seconds(15), childUserCPU: seconds(16), childSystemCPU: seconds(17),
            virtualKB: fields[20] / 1024, residentKB: fields[21].multipliedReportingOverflow(by: pageKB).partialValue)
    }

    /// The first 16 KiB of a file.
    static func readSmallFile(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
            while count < buffer.count {
                length = Glibc.read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if length <= 0 { break }
                count += length
            }
        }
        return length < 0 && bytes.isEmpty ? nil : bytes
    }
}
