/// Attributes that are kept exact in `X_RAW` and rounded up in `X`, so that similar jobs look the same (HTCondor 25.14, SCHEDD_ROUND_ATTR_*).
enum RoundedAttributes {
    /// The rounded value of `X`; nil if the attribute is not rounded.
    static func rounded(_ name: String, _ value: Int64) -> Int64? {
        switch name.lowercased() {
        case "residentsetsize", "proportionalsetsizekb", "imagesize", "executablesize", "diskusage": rounded(value)
        case "numckpts": value > 0 ? roundedUp(value, to: 10_000) : value
        default: nil
        }
    }

    /// The value rounded up to 25 % of the power of ten of a fifth of it.
    static func rounded(_ value: Int64) -> Int64 {
        guard value > 0 else { return value }
        var power: Int64 = 1
        while power <= Int64.max / 100, power * 5 <= value { power *= 10 }
        return power / 4 > 1 ? roundedUp(value, to: power / 4) : value
    }

    private static func roundedUp(_ value: Int64, to step: Int64) -> Int64 {
        let (sum, overflow) = value.addingReportingOverflow(step - 1)
        return overflow ? value : sum / step * step
    }
}
