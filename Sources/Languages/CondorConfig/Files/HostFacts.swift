import Glibc
import POSIX
import Text

/// Facts about a host and a process that HTCondor detects and provides to configurations as macros.
package struct HostFacts: Sendable {
    /// The host's short name.
    package var hostName: String
    package var fullHostName: String
    package var userName: String?
    /// The home directory of the current account.
    package var homeDirectory: String?
    /// The home directory of the account `condor`.
    package var condorHomeDirectory: String?
    package var isRoot: Bool
    /// Other detected macros by name, as text (`ARCH`, `OPSYS`, `DETECTED_CPUS`, …).
    package var detected: [String: String]

    package init(
        hostName: String = "localhost", fullHostName: String = "localhost", userName: String? = nil, homeDirectory: String? = nil,
        condorHomeDirectory: String? = nil, isRoot: Bool = false, detected: [String: String] = [:]
    ) {
        self.hostName = hostName
        self.fullHostName = fullHostName
        self.userName = userName
        self.homeDirectory = homeDirectory
        self.condorHomeDirectory = condorHomeDirectory
        self.isRoot = isRoot
        self.detected = detected
    }

    /// The facts of this host and process. Names are not looked up on the network.
    package static func current() -> HostFacts {
        var name = utsname()
        uname(&name)
        let node = text(name.nodename)
        let account = Account(uid: geteuid())
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let pages = sysconf(Int32(_SC_PHYS_PAGES)) / max(1, (1 << 20) / max(1, sysconf(Int32(_SC_PAGESIZE))))
        let machine = text(name.machine)
        return HostFacts(
            hostName: String(node.prefix { $0 != "." }), fullHostName: node, userName: account?.name,
            homeDirectory: account?.home, condorHomeDirectory: Account(named: "condor")?.home, isRoot: geteuid() == 0,
            detected: [
                "ARCH": ASCII.uppercased(machine), "UNAME_ARCH": machine, "OPSYS": ASCII.uppercased(text(name.sysname)),
                "UNAME_OPSYS": text(name.sysname), "UTSNAME_SYSNAME": text(name.sysname), "UTSNAME_NODENAME": node,
                "UTSNAME_RELEASE": text(name.release), "UTSNAME_VERSION": text(name.version), "UTSNAME_MACHINE": machine,
                "DETECTED_CPUS": "\(cores)", "DETECTED_CORES": "\(cores)", "DETECTED_PHYSICAL_CPUS": "\(cores)",
                "DETECTED_MEMORY": "\(pages)", "CondorIsAdmin": geteuid() == 0 ? "true" : "false",
                "REAL_UID": "\(getuid())", "REAL_GID": "\(getgid())", "PID": "\(getpid())", "PPID": "\(getppid())",
            ])
    }

    /// The string in a C array of characters.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
