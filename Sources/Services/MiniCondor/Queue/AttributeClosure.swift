import ClassAd

extension JobSnapshot {
    /// The part of the job's ad that the value of `expression` can depend on.
    func ad(for expression: ExprTree) -> ClassAd {
        var ad = ClassAd()
        var pending = [expression]
        while let tree = pending.popLast() {
            guard let names = tree.namesWithinAd else { return classAd() }
            for name in names where ad[name] == nil {
                guard let found = self.expression(name) else { continue }
                ad[name] = found
                if found.referencesAttributes { pending.append(found) }
            }
        }
        return ad
    }
}

extension ExprTree {
    /// Functions that inspect the ad themselves or evaluate text.
    private static let functionsWithoutBounds: Set<String> = ["eval", "evalineachcontext", "countmatches", "unparse", "debug"]

    /// The attributes of its own ad that the expression refers to; nil if they cannot be determined, as with `eval("…")` or a bare `MY`.
    var namesWithinAd: [String]? {
        var names: [String] = []
        var work = [self]
        while let tree = work.popLast() {
            if let name = tree.attributeName {
                let lower = name.lowercased()
                if ["my", "self", "parent", "root", "toplevel", "other", "ad"].contains(lower) { return nil }
                if lower != "target" { names.append(name) }
            } else if let (_, operands) = tree.operation {
                work += operands
            } else if let (name, arguments) = tree.functionCall {
                if Self.functionsWithoutBounds.contains(name.lowercased()) { return nil }
                work += arguments
            } else if let value = tree.literalValue {
                switch value {
                case .list(let parts): work += parts
                case .ad: return nil
                default: break
                }
            } else {
                // A scoped name: MY.x, TARGET.x, .x, or a member of a nested ad.
                guard let references = tree.references() else { return nil }
                for reference in references.external {
                    let first = reference.prefix { $0 != "." }
                    if first.count == reference.count || first.lowercased() != "target" { names.append(String(first)) }
                }
            }
        }
        return names
    }
}
