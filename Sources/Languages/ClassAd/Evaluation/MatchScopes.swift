/// The scopes that HTCondor puts around two matched ads (src/classad/matchClassad.cpp). `MY` and `TARGET` work because each ad is inside a context
/// ad that defines them, and both contexts are inside one match ad.
struct MatchScopes {
    enum Part {
        case root, leftContext, rightContext

        var ad: ClassAd {
            switch self {
            case .root: MatchScopes.root
            case .leftContext: MatchScopes.leftContext
            case .rightContext: MatchScopes.rightContext
            }
        }

        /// The number of attributes, including the ads inside.
        var count: Int { ad.count + (self == .root ? 4 : 0) }

        /// The ad including the ads inside.
        func completeAd(left: ClassAd, right: ClassAd) -> ClassAd {
            guard self == .root else { return ad }
            var complete = ad
            complete.set("LEFT", .ad(left))
            complete.set("RIGHT", .ad(right))
            complete.set("lCtx", .ad(MatchScopes.leftContext))
            complete.set("rCtx", .ad(MatchScopes.rightContext))
            return complete
        }
    }

    let left: Scope
    let right: Scope
    let leftContext: Scope
    let rightContext: Scope
    let root: Scope

    init(left: ClassAd, right: ClassAd) {
        root = Scope(.match(.root, left: left, right: right), parent: nil)
        leftContext = Scope(.match(.leftContext, left: left, right: right), parent: root)
        rightContext = Scope(.match(.rightContext, left: left, right: right), parent: root)
        self.left = Scope(.ad(left), parent: leftContext)
        self.right = Scope(.ad(right), parent: rightContext)
    }

    /// The ad in which bare names are looked up if neither the ad nor its enclosing ads have them.
    @inline(__always)
    func alternate(of scope: Scope) -> Scope? {
        if scope === left { return right }
        if scope === right { return left }
        return nil
    }

    /// `LEFT`, `RIGHT`, `lCtx` and `rCtx` of the match ad.
    func member(_ name: String) -> Scope? {
        switch name.utf8.count {
        case 4:
            if AttributeName.equal(name, "LEFT") { return left }
            if AttributeName.equal(name, "lCtx") { return leftContext }
            if AttributeName.equal(name, "rCtx") { return rightContext }
            return nil
        case 5: return AttributeName.equal(name, "RIGHT") ? right : nil
        default: return nil
        }
    }

    private static let root = known(
        "[symmetricMatch = RIGHT.requirements && LEFT.requirements; leftMatchesRight = RIGHT.requirements; "
            + "rightMatchesLeft = LEFT.requirements; leftRankValue = LEFT.rank; rightRankValue = RIGHT.rank]")
    private static let leftContext = known("[other = .RIGHT; target = .RIGHT; my = .LEFT; ad = .LEFT]")
    private static let rightContext = known("[other = .LEFT; target = .LEFT; my = .RIGHT; ad = .RIGHT]")

    private static func known(_ text: String) -> ClassAd {
        (try? ClassAd.parse(text, syntax: .new)) ?? ClassAd()
    }
}
