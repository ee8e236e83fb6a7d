import ClassAd

/// Finds out how ads spell the attributes of a projection, for names that are not in ``KnownAttributes``. Daemons repeat the spelling of the
/// request.
struct ProjectionSpelling {
    /// The largest number of queries. Names that are still unknown then keep the client's spelling.
    private static let questions = 4

    /// The names as the ads spell them.
    /// - Parameter firstAd: returns one whole ad for which the expression is true; nil if there is none.
    static func resolve(
        _ names: [String], _ firstAd: (ExprTree) async throws(JobsError) -> WireAd?
    ) async throws(JobsError) -> [String] {
        var names = names
        var unknown = names.indices.filter { !KnownAttributes.contains(names[$0]) && !WireAd.isPrivateAttribute(names[$0]) }
        for _ in 0..<questions where !unknown.isEmpty {
            let hasSome = ExprTree.disjunction(unknown.map { .binary(.notIdentical, .attribute(names[$0]), .undefined) })
            guard let ad = try await firstAd(hasSome) else { break }
            let spellings = Dictionary(ad.names.map { (KnownAttributes.key($0), $0) }) { first, _ in first }
            let left = unknown.filter { spellings[KnownAttributes.key(names[$0])] == nil }
            for index in unknown { names[index] = spellings[KnownAttributes.key(names[index])] ?? names[index] }
            // The ad has none of them, so their spelling cannot be found out.
            if left.count == unknown.count { break }
            unknown = left
        }
        return names
    }
}
