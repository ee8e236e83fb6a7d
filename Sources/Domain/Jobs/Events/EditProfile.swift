import ClassAd

/// The values of the attributes whose edits are noticed: a short digest of each, in the order of ``attributes``.
///
/// HTCondor keeps no mark of an edit, so that edits are found by comparing.
struct EditProfile: Sendable, Hashable {
    private let digests: [UInt32]

    /// What users change of jobs in the queue.
    static let attributes = [
        "JobPrio", "Requirements", "Rank", "RequestCpus", "RequestMemory", "RequestDisk", "RequestGPUs", "Args", "Arguments", "Env", "Environment",
        "PeriodicHold",
        "PeriodicRelease", "PeriodicRemove", "OnExitHold", "OnExitRemove", "LeaveJobInQueue", "JobMaxRetries", "AllowedJobDuration",
        "AllowedExecuteDuration",
        "ConcurrencyLimits", "AccountingGroup", "AcctGroup", "JobBatchName", "JobDescription",
    ]

    init(_ ad: WireAd) {
        digests = Self.attributes.map { name in
            guard let text = ad.rawExpression(name) else { return 0 }
            // FNV-1a; 0 stands for an attribute that is missing.
            var hash: UInt32 = 2_166_136_261
            for byte in text { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            return max(hash, 1)
        }
    }

    /// The attributes that differ.
    func changes(to other: EditProfile) -> [String] {
        zip(Self.attributes, zip(digests, other.digests)).filter { $0.1.0 != $0.1.1 }.map(\.0)
    }
}

/// Profiles by number: most jobs of a cluster have the same.
struct EditProfiles: Sendable {
    private var numbers: [EditProfile: Int32] = [:]
    private var profiles: [EditProfile] = []

    var count: Int { profiles.count }

    mutating func number(of profile: EditProfile) -> Int32 {
        if let number = numbers[profile] { return number }
        guard let number = Int32(exactly: profiles.count) else { return -1 }
        profiles.append(profile)
        numbers[profile] = number
        return number
    }

    subscript(number: Int32) -> EditProfile? { number >= 0 && number < profiles.count ? profiles[Int(number)] : nil }
}
