import ClassAd
import JSON

/// `classad-eval.jsonl`: the value of an expression, and both renderings of the expression itself.
struct ClassAdEvaluationCases: CorpusRunner {
    private let plain = EvaluationContext()
    private let mapped: EvaluationContext

    static func accepts(_ first: JSONValue) -> Bool {
        first["expr"] != nil && first["result"] != nil
    }

    init(directory: String) throws {
        var maps = UserMaps()
        maps.add("People", lines: "* alice physics,chem\n* bob math\n* /^guest([0-9]+)$/i visitors\\1\n* carol physics")
        maps.add("Groups", lines: "* physics science,lab\n* math science")
        mapped = EvaluationContext(userMaps: maps)
    }

    func difference(in testCase: JSONValue) -> Difference? {
        let expected = testCase["result"] ?? .null
        let expectedText = "\(expected.shown) \(testCase["unparsed"]?.shown ?? "") \(testCase["unparsedOld"]?.shown ?? "")"
        let got = outcome(of: testCase)
        guard let mismatch = mismatch(got, testCase, expected) else { return nil }
        return Difference(expected: "\(testCase["expr"]?.shown ?? "") => \(expectedText)", got: mismatch)
    }

    private enum Outcome {
        case refused(String)
        case value(Value, ExprTree)
    }

    private func outcome(of testCase: JSONValue) -> Outcome {
        do {
            let expression = try ExprTree.parse(testCase["expr"]?.text ?? "")
            let my = try testCase["ad"]?.text.map { try ClassAd.parse($0, syntax: .new) }
            let target = try testCase["target"]?.text.map { try ClassAd.parse($0, syntax: .new) }
            let context = (testCase["id"]?.text ?? "").hasPrefix("fn-usermap") ? mapped : plain
            return .value(expression.evaluate(my: my, target: target, context: context), expression)
        } catch {
            return .refused("\(error)")
        }
    }

    /// What we have instead of what is expected.
    private func mismatch(_ outcome: Outcome, _ testCase: JSONValue, _ expected: JSONValue) -> String? {
        switch outcome {
        case .refused(let reason):
            return expected["type"]?.text == "parse-error" ? nil : "parse error: \(reason)"
        case .value(let value, let expression):
            let unparsed = expression.unparsed(.new)
            let unparsedOld = expression.unparsed(.old)
            guard expected["type"]?.text != "parse-error" else { return "\(unparsed)" }
            let expectedNew = testCase["unparsed"]?.text ?? ""
            guard unparsed == expectedNew, unparsedOld == testCase["unparsedOld"]?.text ?? expectedNew else {
                return "unparsed \(unparsed) / \(unparsedOld)"
            }
            return mismatch(value, expected)
        }
    }

    private func mismatch(_ value: Value, _ expected: JSONValue) -> String? {
        let shown = value.unparsed(.new)
        guard value.typeName == expected["type"]?.text else { return shown }
        if expected["fail"]?.truth == true { return nil }
        if case .real(let number) = value, number.isNaN { return expected["value"]?.text == "nan" ? nil : shown }
        guard value.corpusValue.isSame(as: expected["value"] ?? .null) else { return "\(value.corpusValue.shown) \(shown)" }
        return shown == expected["text"]?.text ? nil : shown
    }
}

extension JSONValue {
    /// Equality that ignores the order of members.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        guard let mine = members, let theirs = other.members else { return self == other }
        return mine.count == theirs.count && mine.allSatisfy { other[$0.name] == $0.value }
    }
}

extension Value {
    fileprivate var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .error: "error"
        case .boolean: "boolean"
        case .integer: "integer"
        case .real: "real"
        case .string: "string"
        case .absoluteTime: "abstime"
        case .relativeTime: "reltime"
        case .list: "list"
        case .ad: "classad"
        }
    }

    /// The value in the form of the corpus.
    fileprivate var corpusValue: JSONValue {
        switch self {
        case .undefined, .error: .null
        case .boolean(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .real(let value), .relativeTime(let value): .string(shortest(value))
        case .string(let value): .string(value)
        case .absoluteTime(let time):
            .object(["epoch": .integer(time.seconds), "offset": .integer(Int64(time.offset))])
        case .list(let elements): .array(elements.map { .string($0.unparsed(.new)) })
        case .ad(let ad): .object(.init(ad.map { ($0.name, .string($0.expression.unparsed(.new))) }))
        }
    }
}

/// The shortest decimal that reads back as the same double, written as Python's `repr` does.
private func shortest(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    // Swift and Python choose the same digits but write exponents at different magnitudes.
    let text = "\(value)"
    guard let exponentMark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: exponentMark)...]) else { return text }
    var mantissa = String(text[..<exponentMark])
    if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
    if exponent == 16 - 1 || (exponent < 16 && exponent >= -4) { return decimal(mantissa, exponent) }
    let digits = String(exponent.magnitude)
    return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits.utf8.count < 2 ? "0" : "")\(digits)"
}

/// A mantissa with an exponent written out.
private func decimal(_ mantissa: String, _ exponent: Int) -> String {
    let isNegative = mantissa.hasPrefix("-")
    let parts = (isNegative ? String(mantissa.dropFirst()) : mantissa).split(separator: ".")
    let digits = parts.joined()
    let sign = isNegative ? "-" : ""
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let fraction = digits.dropFirst(exponent + 1)
    let padding = String(repeating: "0", count: exponent + 1 - whole.count)
    return sign + whole + padding + "." + (fraction.isEmpty ? "0" : fraction)
}
