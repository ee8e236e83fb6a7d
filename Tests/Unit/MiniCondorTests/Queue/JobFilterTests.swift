import ClassAd
import CondorModel
import SeededGeneration
import Testing

@testable import MiniCondor

/// What is found without evaluating an expression on each job is what an evaluation finds.
@Suite struct JobFilterTests {
    /// Random conditions on random jobs, among them pages as the gateway asks for them.
    @Test(arguments: [11, 12, 13] as [UInt64])
    func agreesWithEvaluation(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let harness = try QueueHarness()
        let values = ["1", "2", "-3", "\"a\"", "\"A\"", "\"b\\\"c\"", "\"é\"", "true", "2.0", "undefined", "ProcId + 1", "B", "{1}", "error"]
        for _ in 0..<4 {
            try await harness.submit(
                4, cluster: ["A": random.pick(values), "B": random.pick(values)], procs: random.below(2) == 0 ? ["B": random.pick(values)] : [:])
        }
        func leaf() -> String {
            let literals = ["0", "1", "2", "3", "-3", "\"a\"", "\"A\"", "\"é\"", "true", "2.0", "undefined"]
            let operators = ["==", "!=", "<", "<=", ">", ">=", "=?=", "=!="]
            let name = random.pick(["A", "B", "b", "C", "ClusterId", "ProcId", "JobStatus", "MY.A", "clusterid"])
            switch random.below(8) {
            case 0: return random.pick(["true", "false", "undefined", "A", "isUndefined(B)", "error"])
            case 1: return "\(random.pick(literals)) \(random.pick(operators)) \(name)"
            case 2: return "(ClusterId > \(random.below(5)) || (ClusterId == \(random.below(5)) && ProcId > \(random.below(5) - 1)))"
            default: return "\(name) \(random.pick(operators)) \(random.pick(literals))"
            }
        }
        func condition(_ depth: Int) -> String {
            guard depth > 0, random.below(4) > 0 else { return leaf() }
            let text = "\(condition(depth - 1)) \(random.pick(["&&", "||"])) \(condition(depth - 1))"
            return random.below(2) == 0 ? "(\(text))" : text
        }
        let all = harness.queue.scan().map(\.self)
        #expect(all.count == 16)
        for round in 0..<300 {
            let text = condition(3)
            let tree = try ExprTree.parse(text, syntax: .old)
            let expected = all.filter { $0.satisfies(tree) }.map(\.id)
            let found = harness.queue.scan(tree).map(\.id)
            #expect(found == expected, "seed \(seed), round \(round): \(text)")
        }
        await harness.remove()
    }

    @Test func aPageBeginsBehindItsCursor() throws {
        let page = CandidateSet(try .parse("Foo == \"x\" && (ClusterId > 5 || (ClusterId == 5 && ProcId > 7))", syntax: .old))
        #expect(page.after == JobID(cluster: 5, proc: 7))
        let first = CandidateSet(try .parse("ClusterId > 5 || (ClusterId == 4 && ProcId > 7)", syntax: .old))
        #expect(first.after == JobID(cluster: 4, proc: 7))
        #expect(CandidateSet(try .parse("ClusterId > 5 || ProcId > 7", syntax: .old)).after == nil)
    }
}
