/// What an evaluation may access besides the ads: the clock, random numbers and the user maps. Nothing else on this host is accessible.
package struct EvaluationContext: Sendable {
    /// The current time in seconds since the epoch.
    package var now: @Sendable () -> Int64
    /// A number from 0 to 2^31 - 1.
    package var random: @Sendable () -> Int64
    /// The maps for `userMap()`.
    package var userMaps: UserMaps

    /// Uses the system's clock and random numbers.
    package init(userMaps: UserMaps = UserMaps()) {
        self.userMaps = userMaps
        now = { LocalTime.now() }
        random = { Int64.random(in: 0...0x7FFF_FFFF) }
    }

    /// The system's clock and random numbers, without user maps.
    package static let standard = EvaluationContext()
}

extension ExprTree {
    /// The value of the expression, with `my` as its ad (an empty ad if nil) and `target` as the ad it is matched with.
    ///
    /// Always ends within bounded time. An expression that exceeds the limits evaluates to `error`.
    package func evaluate(
        my: ClassAd? = nil, target: ClassAd? = nil, context: EvaluationContext = .standard
    ) -> Value {
        Evaluator.run(my: my ?? ClassAd(), target: target, context: context) { evaluator, scope in
            evaluator.evaluate(self, scope)
        }
    }
}

extension ClassAd {
    /// An attribute's value; undefined if it is missing.
    package func evaluate(_ name: String, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard let expression = self[name] else { return .undefined }
        return expression.constantValue ?? expression.evaluate(my: self, target: target, context: context)
    }

    /// An attribute's value, if it is a string.
    package func string(_ name: String) -> String? {
        if case .string(let value) = evaluate(name) { return value }
        return nil
    }

    /// An attribute's value, if it is an integer.
    package func integer(_ name: String) -> Int64? {
        if case .integer(let value) = evaluate(name) { return value }
        return nil
    }

    /// An attribute's value, if it is a number.
    package func real(_ name: String) -> Double? {
        switch evaluate(name) {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// An attribute's value, if it is a boolean; a number is true unless it is zero.
    package func boolean(_ name: String) -> Bool? {
        evaluate(name).booleanEquivalent
    }

    /// Whether the `Requirements` of both ads accept each other.
    package func matches(_ other: ClassAd, context: EvaluationContext = .standard) -> Bool {
        accepts(other, context: context) && other.accepts(self, context: context)
    }

    /// Whether this ad's `Requirements` accept the other ad.
    package func accepts(_ other: ClassAd, context: EvaluationContext = .standard) -> Bool {
        evaluate("Requirements", target: other, context: context).booleanEquivalent == true
    }
}

extension Evaluator {
    static func run(
        my: ClassAd, target: ClassAd?, context: EvaluationContext, _ body: (inout Evaluator, Scope) -> EvalValue
    ) -> Value {
        if let target {
            let scopes = MatchScopes(left: my, right: target)
            var evaluator = Evaluator(scope: scopes.left, match: scopes, context: context)
            return body(&evaluator, scopes.left).published
        }
        let scope = Scope(.ad(my), parent: nil)
        var evaluator = Evaluator(scope: scope, context: context)
        return body(&evaluator, scope).published
    }
}
