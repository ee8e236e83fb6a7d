import ClassAd
import Text

/// Changes of a job at eviction: growing requests and `on_evict_checks`.
extension JobBuilder {
    /// - Parameters:
    ///   - sequence: comma-separated sizes that the request takes with each eviction; the last may be an expression. With `increase`, a single one
    ///     is the limit.
    ///   - increase: the increment for each eviction: a size, or an expression of the attribute.
    func setEvictionCheck(
        _ attribute: String, _ keyword: String, base: Int64, sequence: String?, increase: String? = nil, from command: Command
    ) throws {
        var steps: [Int64] = []
        var last: ExprTree?
        if let sequence {
            var rest = sequence
            while let size = Numbers.size(rest, base: base, separator: ASCII.comma) {
                steps.append(size.value)
                guard steps.count <= 1000 else { throw fail("\(keyword) has more than 1000 values", at: command.position) }
                guard let next = size.rest else {
                    rest = ""
                    break
                }
                rest = next
            }
            let text = ASCII.trimmed(rest)
            if !text.utf8.isEmpty {
                guard let tree = Expressions.parse(text) else {
                    throw fail("\(keyword)=\(text) is invalid", at: command.position, expected: "an expression or a number")
                }
                last = tree
            }
        }
        var previous: Int64 = 0
        if steps.count > 1 {
            for step in steps {
                guard step > previous else {
                    throw fail(
                        "\(keyword) must be an increasing sequence, but \(step) is not greater than \(previous)", at: command.position)
                }
                previous = step
            }
        }
        let isExpression = last != nil
        if last == nil, let final = steps.popLast() { last = .integer(final) }
        guard last != nil || increase != nil else { return }

        let body: String
        if !steps.isEmpty, let last {
            let list = "{" + (steps.map(String.init) + [last.unparsed(.old)]).joined(separator: ",") + "}"
            let retry = "Retry" + attribute
            try set(retry, expression: list, from: command)
            body =
                "EVALSET \(attribute) \(retry)[\(retry)Index?:0]\u{1E}"
                + "EVALSET \(retry)Index MIN({size(\(retry))-1, (\(retry)Index?:0)+1})"
        } else if let increase {
            body = try increaseBody(attribute, limit: last, increase, base: base, from: command)
        } else {
            body = "\(isExpression ? "EVALSET" : "SET") \(attribute) \(last?.unparsed(.old) ?? "")"
        }
        let configured = parameters.knob("ON_EVICT_CHECK_\(ASCII.uppercased(attribute))_REQUIREMENTS")
        let code = attribute == "RequestMemory" ? 102 : 104
        let condition = configured ?? "(VacateReasonCode==21 || VacateReasonCode == 34) && VacateReasonSubCode == \(code)"
        set("TransformBody_" + attribute, "REQUIREMENTS \(condition)\u{1E}\(body)")
        let names = string(of: "TransformOnEvict") ?? ""
        if !tokens(of: names).contains(where: { ASCII.equalIgnoringCase($0, attribute) }) {
            set("TransformOnEvict", names.utf8.isEmpty ? attribute : names + " " + attribute)
        }
    }

    private func increaseBody(
        _ attribute: String, limit: ExprTree?, _ increase: String, base: Int64, from command: Command
    ) throws -> String {
        func invalid() -> StepFailed {
            fail(
                "\(attribute) retry increment is invalid", at: command.position,
                expected: "a positive number or an expression that refers to \(attribute)")
        }
        let text: String
        if let size = Numbers.size(increase, base: base) {
            guard size.value > 0 else { throw invalid() }
            text = "\(attribute) + \(size.value)"
        } else {
            var ad = ClassAd()
            ad.set(attribute, 0)
            guard let tree = Expressions.parse(increase),
                Expressions.references(tree, in: ad)?.own.contains(ASCII.lowercased(attribute)) ?? false
            else { throw invalid() }
            text = increase
        }
        if let limit {
            set("Max" + attribute, limit)
            try set("Next" + attribute, expression: text, from: command)
            return "EVALSET \(attribute) MIN({Next\(attribute), Max\(attribute)})"
        }
        var ad = ClassAd()
        if let value = integer(of: attribute) { ad.set(attribute, value) }
        guard let tree = Expressions.parse(text), let value = Expressions.integer(tree.evaluate(my: ad)) else {
            throw fail("\(attribute) retry increment (\(increase)) must evaluate to an integer at submit time", at: command.position)
        }
        return "SET \(attribute) \(value)"
    }

    func setEvictionChecks() throws {
        guard let checks = try command("on_evict_checks", "TransformOnEvict") else { return }
        var names: [String] = []
        for name in tokens(of: checks.text) {
            let key = Bytes(("transform_body_" + name).utf8)
            guard let body = context.lookup(key) ?? context.lookup(Bytes(("TransformBody_" + name).utf8)) else { continue }
            names.append(name)
            let map = context.table.find(key).flatMap { context.table[$0].map }
            let lines = try tokens(of: body, separatedBy: "\n").map { line in
                try expand(line, map: map, isVerbatim: false, what: "'transform_body_\(name)'")
            }
            let kept = lines.filter { !$0.isEmpty && $0.first != ASCII.hash }
            set("TransformBody_" + name, ASCII.string(Bytes(kept.joined(separator: [0x1E]))))
        }
        set("TransformOnEvict", names.joined(separator: " "))
    }
}
