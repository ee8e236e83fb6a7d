import ClassAd
import JSON

/// `constraint-injection.jsonl`: hostile constraints never show one user another user's jobs.
struct ConstraintCases: CorpusRunner {
    private let jobs: [ClassAd]

    static func accepts(_ first: JSONValue) -> Bool {
        first["constraint"] != nil && first["single"] != nil
    }

    init(directory: String) throws {
        jobs = try [
            #"[ ClusterId = 1; ProcId = 0; Owner = "alice"; JobStatus = 1; Note = "x" ]"#,
            #"[ ClusterId = 2; ProcId = 0; Owner = "alice"; JobStatus = 2; Note = "y" ]"#,
            #"[ ClusterId = 3; ProcId = 0; Owner = "bob"; JobStatus = 1; Note = "x" ]"#,
            #"[ ClusterId = 4; ProcId = 0; Owner = "bob"; JobStatus = 5; Note = "secret" ]"#,
        ].map { try ClassAd.parse($0, syntax: .new) }
    }

    func difference(in testCase: JSONValue) -> Difference? {
        let tree = try? ExprTree.parse(testCase["constraint"]?.text ?? "")
        let safeJobs = tree.map { tree in
            let own = ExprTree.binary(.equal, .attribute("Owner"), .string("alice"))
            let composed = ExprTree.conjunction([own, tree])
            // What is sent is text: it must still mean the tree, whose parts are judged one by one.
            guard let received = try? ExprTree.parse(composed.wireText, syntax: .old), let parts = received.operation,
                parts.op == .and, parts.operands.count == 2
            else { return JSONValue.string("the text sent does not mean the tree") }
            return JSONValue.array(
                jobs.enumerated().filter { job in
                    parts.operands.allSatisfy { $0.evaluate(my: job.element).booleanEquivalent == true }
                }.map { .integer(Int64($0.offset + 1)) })
        }
        let got: [JSONValue] = [.bool(tree != nil), tree.map { .string($0.unparsed(.old)) } ?? .null, safeJobs ?? .null]
        let expected = [testCase["single"] ?? .null, testCase["unparsed"] ?? .null, testCase["safe"]?["jobs"] ?? .null]
        guard got != expected else { return nil }
        return Difference(
            expected: "\(testCase["constraint"]?.shown ?? "") => \(JSONValue.array(expected).shown)", got: JSONValue.array(got).shown)
    }
}
