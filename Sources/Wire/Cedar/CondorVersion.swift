/// The version of a peer, as told by its `$CondorVersion: … $` text. Peers compare the three numbers only.
package struct CondorVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `$CondorVersion: 25.14.1 2026-10-16 PackageID: … $`, or the three numbers alone. Nil when the text has another form.
    package init?(_ text: some StringProtocol) {
        var bytes = Substring(text).utf8[...]
        let prefix = "$CondorVersion:".utf8
        if bytes.starts(with: prefix) { bytes = bytes.dropFirst(prefix.count) }
        bytes = bytes.drop { $0 == 0x20 }
        var numbers: [Int] = []
        while numbers.count < 3 {
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            guard (1...6).contains(digits.count) else { return nil }
            var number = 0
            for digit in digits { number = number * 10 + Int(digit &- 0x30) }
            numbers.append(number)
            bytes = bytes.dropFirst(digits.count)
            if numbers.count < 3 {
                guard bytes.first == 0x2E else { return nil }
                bytes = bytes.dropFirst()
            }
        }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    /// The version whose behaviour both ends of this module copy.
    package static let current = CondorVersion(25, 14, 1)

    /// The version text sent to peers: they choose their own behaviour by it.
    package static let currentText = "$CondorVersion: 25.14.1 2026-10-16 PackageID: htapi $"

    package static func < (left: CondorVersion, right: CondorVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}
