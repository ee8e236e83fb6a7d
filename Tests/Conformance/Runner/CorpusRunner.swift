import ClassAd
import JSON

/// Runs the cases of one corpus file.
protocol CorpusRunner: Sendable {
    /// Whether this runner understands cases with these fields; judged by the first case of a file.
    static func accepts(_ first: JSONValue) -> Bool

    /// `directory` is where the corpus lies, for fixtures beside it.
    init(directory: String) throws

    /// Nil if our result is the recorded one.
    func difference(in testCase: JSONValue) -> Difference?
}

/// A case whose result differs from the recorded one.
struct Difference {
    var expected: String
    var got: String
}

/// Every kind of corpus that can be run.
let corpusRunners: [any CorpusRunner.Type] = [
    ClassAdEvaluationCases.self,
    ClassAdParseCases.self,
    ConstraintCases.self,
    ConfigCases.self,
    SubmitCases.self,
]

extension JSONValue {
    var text: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    var truth: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    var elements: [JSONValue]? {
        if case .array(let value) = self { return value }
        return nil
    }

    var members: [Member]? {
        if case .object(let value) = self { return value.members }
        return nil
    }

    /// Compact JSON, for showing.
    var shown: String { String(decoding: serialized(), as: UTF8.self) }
}
