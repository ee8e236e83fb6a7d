import ClassAd
import CondorModel

/// Counters by name, as a nested ad: `[ UserRequest = 2; JobPolicy = 1 ]`.
enum ReasonCounts {
    static func incremented(_ expression: ExprTree?, _ name: String) -> ExprTree {
        guard case .ad(var counts)? = expression?.literalValue else { return firstOnes[name] ?? first(name) }
        counts.set(name, (counts.integer(name) ?? 0) &+ 1)
        return .literal(.ad(counts))
    }

    /// `[ name = 1 ]` for each name.
    private static let firstOnes = Dictionary(uniqueKeysWithValues: HoldReasonCode.allCases.map { ($0.name, first($0.name)) })

    private static func first(_ name: String) -> ExprTree {
        var counts = ClassAd()
        counts.set(name, 1)
        return .literal(.ad(counts))
    }
}
