package import ClassAd
package import CondorModel

/// Which events a stream is for.
package struct EventFilter: Sendable {
    package var types: Set<JobEventType>?
    /// An account's name, or with an @ the name with its domain.
    package var owner: String?
    /// The jobs of one cluster.
    package var cluster: Int?
    package var constraint: ExprTree?
    /// What the constraint looks at.
    let attributes: [String]

    package init(types: Set<JobEventType>? = nil, owner: String? = nil, cluster: Int? = nil, constraint: ExprTree? = nil) {
        self.types = types
        self.owner = owner
        self.cluster = cluster
        self.constraint = constraint
        attributes = constraint.map(Self.attributes) ?? []
    }

    /// The names of the ad's own attributes that an expression looks at.
    static func attributes(of expression: ExprTree) -> [String] {
        guard let references = expression.references() else { return [] }
        return (references.internal + references.external).compactMap { name in
            let name = name.utf8.count > 3 && name.prefix(3).uppercased() == "MY." ? String(name.dropFirst(3)) : name
            return AttributeNameRule.isName(name) ? name : nil
        }
    }

    func admits(_ event: JobEvent) -> Bool {
        if let types, !types.contains(event.type) { return false }
        if let cluster, event.job.cluster != cluster { return false }
        if let owner, owner != (owner.utf8.contains(UInt8(ascii: "@")) ? event.user : event.owner) { return false }
        guard let constraint else { return true }
        return constraint.evaluate(my: Self.ad(event.ad, with: attributes)).booleanEquivalent == true
    }

    /// The attributes of those names, and what their expressions look at.
    private static func ad(_ ad: WireAd, with names: [String]) -> ClassAd {
        var part = ClassAd()
        var wanted = names
        while let name = wanted.popLast() {
            guard part[name] == nil, let expression = (try? ad.expression(name)) ?? nil else { continue }
            part[name] = expression
            if expression.literalValue == nil { wanted += attributes(of: expression) }
        }
        return part
    }
}
