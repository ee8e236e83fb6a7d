/// The attributes of a job that a client may set, and the ads they are stored in (HTCondor 25.14, defaults of IMMUTABLE_JOB_ATTRS, SECURE_JOB_ATTRS
/// and PROTECTED_JOB_ATTRS).
enum AttributeRules {
    /// Fixed once the job is in the queue.
    private static let immutable: Set<String> = [
        "owner", "user", "osuser", "clusterid", "procid", "jobuniverse", "mytype", "targettype",
    ]
    /// Set by the scheduler only. A client's assignment is silently ignored.
    private static let secure: Set<String> = [
        "totalsubmitprocs", "osuser", "authtokensubject", "authtokenissuer", "authtokengroups", "authtokenid", "authtokenscopes",
        "authtokenproject", "x509userproxysubject", "x509userproxyemail", "x509userproxyvoname", "x509userproxyfirstfqan",
        "x509userproxyfqan",
    ]
    /// Stored in the cluster's ad, whichever ad the client names.
    private static let clusterOnly: Set<String> = ["clusterid", "jobuniverse", "owner", "user", "jobsetid", "jobsetname", "ntdomain"]

    static func isImmutable(_ name: String) -> Bool { immutable.contains(name.lowercased()) }
    static func isSecure(_ name: String) -> Bool { secure.contains(name.lowercased()) }
    static func belongsToCluster(_ name: String) -> Bool { clusterOnly.contains(name.lowercased()) }

    /// A valid name is a letter or underscore, then letters, digits and underscores (HTCondor 25.14, IsValidAttrName).
    static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= StoredAd.maximumNameLength else { return false }
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") }
        return isLetter(first) && name.utf8.dropFirst().allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }

    /// A valid value is a single line.
    static func isValidValue(_ value: String) -> Bool {
        !value.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
    }
}
