import Cedar
import ClassAd
import Glibc

/// The scheduler's identity as clients see it.
struct SchedulerIdentity: Sendable {
    /// The scheduler's name in ads.
    let name: String
    /// The host's name.
    let machine: String
    /// The address it listens on.
    let address: Sinful
    /// The users' domain, and the issuer of its tokens.
    let domain: String
    /// Seconds since 1970.
    let startTime: Int64
    /// Identifies this process: 16 hexadecimal digits.
    let instanceID: String

    static let version = CondorVersion.currentText
    static let platform = "$CondorPlatform: \(architecture)-\(architecture == "X86_64" ? "Linux" : "linux") $"

    /// In HTCondor's spelling.
    private static let architecture: String = {
        var facts = utsname()
        guard uname(&facts) == 0 else { return "UNKNOWN" }
        let machine = withUnsafeBytes(of: &facts.machine) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
        return machine == "x86_64" ? "X86_64" : machine
    }()

    /// This host's name.
    static let hostName: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return name.isEmpty ? "localhost" : name
    }()

    /// The attributes that the ads of all daemons share.
    func daemonAd(type: String, now: Int64) -> ClassAd {
        var ad = ClassAd()
        ad.set("MyType", type)
        ad.set("Name", name)
        ad.set("Machine", machine)
        ad.set("MyAddress", address.description)
        ad.set("CondorVersion", Self.version)
        ad.set("CondorPlatform", Self.platform)
        ad.set("DaemonStartTime", startTime)
        ad.set("MyCurrentTime", now)
        ad.set("LastHeardFrom", now)
        return ad
    }

    /// The content of the address file, from which stock tools read address and version.
    var addressFile: String {
        """
        \(address)
        \(Self.version)
        \(Self.platform)
        Machine = "\(machine)"
        Name = "\(name)"

        """
    }
}
