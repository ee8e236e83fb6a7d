package import Glibc
import POSIX

/// A job's processes as listed in /proc: the descendants of its supervisor, which adopts orphans.
package struct ProcessTree: Sendable {
    package struct Member: Sendable, Equatable {
        package var pid: pid_t
        /// In KiB.
        package var virtualKB: Int64
        package var residentKB: Int64
        /// In seconds, for this process and its terminated children.
        package var userCPU: Double
        package var systemCPU: Double
    }

    package var members: [Member] = []
    /// The same for terminated direct children of the supervisor.
    package var endedUserCPU = 0.0
    package var endedSystemCPU = 0.0

    /// The largest number of processes examined.
    package static let maximumMembers = 10_000

    /// Reads the current processes below `supervisor`.
    package init(below supervisor: pid_t) {
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

    package var userCPU: Double { members.reduce(endedUserCPU) { $0 + $1.userCPU } }
    package var systemCPU: Double { members.reduce(endedSystemCPU) { $0 + $1.systemCPU } }
    package var residentKB: Int64 { members.reduce(0) { $0 &+ $1.residentKB } }
    /// The largest process's size, like HTCondor's `ImageSize`.
    package var imageKB: Int64 { members.reduce(0) { max($0, $1.virtualKB) } }

    /// Sends a signal to every process of the job, repeatedly until no new processes appear.
    /// - Returns: the number of processes.
    package static func signal(_ number: Int32, below supervisor: pid_t) -> Int {
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
        guard let text = FileReading.prefix(of: "/proc/\(pid)/task/\(pid)/children") else { return [] }
        var list = text.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        // A multithreaded process lists the children of each thread separately.
        for name in (try? DirectoryNames.all(in: "/proc/\(pid)/task")) ?? [] {
            guard let thread = pid_t(name), thread != pid, let text = FileReading.prefix(of: "/proc/\(pid)/task/\(thread)/children") else { continue }
            list += text.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        }
        return list
    }

    private static func read(_ pid: pid_t) -> Entry? {
        guard let text = FileReading.prefix(of: "/proc/\(pid)/stat"), let name = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // From field 3 (state) on. The name before it may contain any characters.
        let fields = text[(name + 1)...].split(separator: UInt8(ascii: " ")).map { Int64(String(decoding: $0, as: UTF8.self)) ?? 0 }
        guard fields.count > 21 else { return nil }
        func seconds(_ field: Int) -> Double { Double(fields[field - 3]) / ticksPerSecond }
        return Entry(
            userCPU: seconds(14), systemCPU: seconds(15), childUserCPU: seconds(16), childSystemCPU: seconds(17),
            virtualKB: fields[20] / 1024, residentKB: fields[21].multipliedReportingOverflow(by: pageKB).partialValue)
    }
}
