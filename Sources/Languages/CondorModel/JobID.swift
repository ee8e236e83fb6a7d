/// A job's cluster and its number within the cluster, written `7.0`.
package struct JobID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 1 or more.
    package let cluster: Int
    /// 0 or more.
    package let proc: Int

    /// Nil unless `cluster` is 1…2³¹-1 and `proc` is 0…2³¹-1.
    package init?(cluster: Int, proc: Int) {
        guard (1...Int(Int32.max)).contains(cluster), (0...Int(Int32.max)).contains(proc) else { return nil }
        self.cluster = cluster
        self.proc = proc
    }

    /// Parses `7.0`: digits without sign, blanks or superfluous leading zeros.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")),
            let cluster = Self.number(bytes[..<dot]), let proc = Self.number(bytes[bytes.index(after: dot)...])
        else { return nil }
        self.init(cluster: cluster, proc: proc)
    }

    /// The number of a cluster or a job, written as in an id.
    package static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...10).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit &- UInt8(ascii: "0"))
        }
        return value
    }

    package static func < (left: JobID, right: JobID) -> Bool {
        (left.cluster, left.proc) < (right.cluster, right.proc)
    }

    package var description: String { "\(cluster).\(proc)" }
}
