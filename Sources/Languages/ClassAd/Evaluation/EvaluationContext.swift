/// What an evaluation may see besides the ads: the clock, random numbers and the user maps. Nothing else of this host is reachable.
package struct EvaluationContext: Sendable {
    /// The current time in seconds since the epoch.
    package var now: @Sendable () -> Int64
    /// A number from 0 to 2^31 - 1.
    package var random: @Sendable () -> Int64
    /// What `userMap()` consults.
    package var userMaps: UserMaps

    /// The system's clock and random numbers.
    package init(userMaps: UserMaps = UserMaps()) {
        self.userMaps = userMaps
        now = { LocalTime.now() }
        random = { Int64.random(in: 0...0x7FFF_FFFF) }
    }

    /// The system's clock and random numbers, no user maps.
    package static let standard = EvaluationContext()
}

extension ExprTree {
    /// The value of the expression with `my` as its ad (an empty one if nil) and `target` as the ad it is matched with.
    ///
    /// Ends in bounded time whatever the expression is; what exceeds the limits is `error`.
    package func evaluate(
        my: ClassAd? = nil, target: ClassAd? = nil, context: EvaluationContext = .standard
    ) -> Value {
        Evaluator.run(my: my ?? ClassAd(), target: target, context: context) { evaluator, scope in
            evaluator.evaluate(self, scope)
        }
    }
}

extension ClassAd {
    /// The value of an attribute, undefined if there is none.
    package func evaluate(_ name: String, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard let expression = self[name] else { return .undefined }
        return expression.constantValue ?? expression.evaluate(my: self, target: target, context: context)
    }

    /// The value of an attribute if it evaluates to a string.
    package func string(_ name: String) -> String? {
        if case .string(let value) = evaluate(name) { return value }
        return nil
    }

    /// The value of an attribute if it evaluates to an integer.
    package func integer(_ name: String) -> Int64? {
        if case .integer(let value) = evaluate(name) { return value }
        return nil
    }

    /// The value of an attribute if it evaluates to a number.
    package func real(_ name: String) -> Double? {
        switch evaluate(name) {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// The value of an attribute if it evaluates to a boolean; a number is true unless it is zero.
    package func boolean(_ name: String) -> Bool? {
        evaluate(name).booleanEquivalent
    }

    /// Whether both ads' `Requirements` accept the other one.
    package func matches(_ other: ClassAd, context: EvaluationContext = .standard) -> Bool {
        accepts(other, context: context) && other.accepts(self, context: context)
    }

    /// Whether this ad's `Requirements` accept the other one.
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
