import Glibc
import POSIX

/// A startd's description of the operating system and the processor.
struct SystemDescription {
    /// In HTCondor's spelling, for example `X86_64` or `aarch64`.
    let architecture: String
    let machine: String
    let node: String
    let release: String
    let version: String
    /// `Debian`, `Ubuntu`, `AlmaLinux`…
    let name: String
    let longName: String
    let majorVersion: Int
    let memoryMB: Int64
    /// The processor flags that HTCondor publishes.
    let processorFlags: [String]

    init() {
        var names = utsname()
        uname(&names)
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        machine = text(names.machine)
        node = text(names.nodename)
        release = text(names.release)
        version = text(names.version)
        architecture = machine == "x86_64" ? "X86_64" : machine
        let pages = Int64(max(1, sysconf(Int32(_SC_PHYS_PAGES))))
        memoryMB = pages.multipliedReportingOverflow(by: Int64(max(1024, sysconf(Int32(_SC_PAGESIZE))))).partialValue >> 20

        var distribution: [String: String] = [:]
        for line in (FileReading.prefix(of: "/etc/os-release") ?? []).split(separator: 0x0A) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = line[(equals + 1)...].filter { $0 != UInt8(ascii: "\"") }
            distribution[String(decoding: line[..<equals], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        longName = distribution["PRETTY_NAME"] ?? "Linux"
        switch distribution["ID"] {
        case "debian": name = "Debian"
        case "ubuntu": name = "Ubuntu"
        case "almalinux": name = "AlmaLinux"
        case "rocky": name = "Rocky"
        case "centos": name = "CentOS"
        case "fedora": name = "Fedora"
        case "rhel": name = "RedHat"
        default: name = "LINUX"
        }
        majorVersion = distribution["VERSION_ID"].flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) } ?? 0

        let published: Set<String> = ["avx", "avx2", "avx512f", "avx512dq", "avx512_vnni", "sse4_1", "sse4_2", "ssse3"]
        var flags: [String] = []
        for line in (FileReading.prefix(of: "/proc/cpuinfo") ?? []).split(separator: 0x0A) where line.starts(with: "flags".utf8) {
            flags = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }.filter(published.contains)
            break
        }
        processorFlags = flags.sorted()
    }
}
