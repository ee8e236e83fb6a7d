import ClassAd
import CondorModel
import Testing

@testable import MiniCondor

@Suite struct NegotiatorTests {
    private static func job(
        _ id: String, of user: String = "alice@pool.test", _ attributes: [String: String] = [:]
    ) throws -> JobSnapshot {
        var cluster = StoredAd()
        let base = [
            "User": "\"\(user)\"", "JobStatus": "1", "Requirements": "TARGET.Memory >= RequestMemory", "RequestCpus": "1", "RequestMemory": "64",
            "RequestDisk": "64", "JobUniverse": "5",
        ]
        for (name, text) in base.merging(attributes, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            cluster.set(name, expression: text.utf8)
        }
        return JobSnapshot(id: try #require(JobID(id)), cluster: cluster, proc: StoredAd())
    }

    private struct Bench {
        var slots: Slots
        var negotiator: Negotiator
        var jobs: [JobID: JobSnapshot] = [:]
        var lookedAt = 0

        init(cpus: Int = 4, limits: [String: Double] = [:]) {
            slots = SlotsTests.slots(cpus: cpus)
            negotiator = Negotiator(shares: FairShare(now: 1000), limits: limits)
        }

        mutating func add(_ job: JobSnapshot) {
            jobs[job.id] = job
            negotiator.file(job)
        }

        /// Matches until nothing fits any more.
        mutating func matched() -> [String] {
            var result: [String] = []
            while let match = next() { result.append(match.job.id.description) }
            return result
        }

        mutating func next() -> Negotiator.Match? {
            let known = jobs
            guard let match = negotiator.next(slot: slots.matchAd, free: slots.free, now: 1000, lookUp: { known[$0] }) else { return nil }
            let slot = slots.claim(match.request, user: "", job: "", globalJobID: "", universe: 5, now: 1000)
            negotiator.take(match, processors: slot?.resources.cpus ?? 0)
            jobs[match.job.id] = nil
            return match
        }
    }

    @Test func priorityThenAge() throws {
        var bench = Bench()
        for id in ["2.0", "1.1", "1.0"] { bench.add(try Self.job(id)) }
        bench.add(try Self.job("3.0", ["JobPrio": "5"]))
        bench.add(try Self.job("4.0"))
        #expect(bench.matched() == ["3.0", "1.0", "1.1", "2.0"])
    }

    @Test func usersTakeTurns() throws {
        var bench = Bench()
        for proc in 0..<5 { bench.add(try Self.job("1.\(proc)", of: "alice@pool.test")) }
        for proc in 0..<5 { bench.add(try Self.job("2.\(proc)", of: "bob@pool.test")) }
        #expect(bench.matched() == ["1.0", "2.0", "1.1", "2.1"])
    }

    /// A job that fits nothing does not keep others from running, of the same user neither.
    @Test func whatDoesNotFitIsPassedOver() throws {
        var bench = Bench()
        bench.add(try Self.job("1.0", ["RequestMemory": "100000"]))
        bench.add(try Self.job("1.1", ["Requirements": "false"]))
        bench.add(try Self.job("1.2", ["Requirements": "undefined"]))
        bench.add(try Self.job("2.0"))
        #expect(bench.matched() == ["2.0"])
    }

    @Test func resourcesComeBack() throws {
        var bench = Bench(cpus: 1)
        bench.add(try Self.job("1.0"))
        bench.add(try Self.job("1.1"))
        #expect(bench.matched() == ["1.0"])
        bench.slots.release(1)
        bench.negotiator.giveBack(submitter: "alice@pool.test", processors: 1, limits: [])
        #expect(bench.matched() == ["1.1"])
    }

    @Test func concurrencyLimits() throws {
        var bench = Bench(limits: ["License": 3])
        for proc in 0..<3 { bench.add(try Self.job("1.\(proc)", ["ConcurrencyLimits": "\"license:2\""])) }
        bench.add(try Self.job("2.0", ["ConcurrencyLimits": "\"LICENSE,other\""]))
        #expect(bench.matched() == ["1.0", "2.0"])
        bench.negotiator.giveBack(submitter: "alice@pool.test", processors: 1, limits: [("license", 2)])
        #expect(bench.matched() == ["1.1"])
    }

    /// Jobs that changed while they waited are matched as they are now; those that are gone are not.
    @Test func changedJobs() throws {
        var bench = Bench()
        bench.add(try Self.job("1.0"))
        bench.add(try Self.job("1.1"))
        bench.add(try Self.job("1.2"))
        bench.jobs[try #require(JobID("1.0"))] = nil
        bench.jobs[try #require(JobID("1.1"))] = try Self.job("1.1", ["RequestCpus": "3"])
        let matches = [bench.next(), bench.next()].compactMap { $0 }
        #expect(Set(matches.map(\.job.id.description)) == ["1.1", "1.2"])
        #expect(matches.first { $0.job.id.proc == 1 }?.request.cpus == 3)
    }

    @Test func kinds() throws {
        var kinds = AutoClusters()
        let first = kinds.kind(of: try Self.job("1.0"))
        #expect(kinds.kind(of: try Self.job("1.7")) == first)
        #expect(kinds.kind(of: try Self.job("2.0", ["Unrelated": "1"])) == first)
        #expect(kinds.kind(of: try Self.job("3.0", ["RequestMemory": "65"])) != first)
        // What an expression leads to matters as well.
        let four = kinds.kind(of: try Self.job("4.0", ["RequestMemory": "Base * 2", "Base": "10"]))
        #expect(kinds.kind(of: try Self.job("5.0", ["RequestMemory": "Base * 2", "Base": "11"])) != four)
        #expect(kinds.kind(of: try Self.job("6.0", ["RequestMemory": "Base * 2", "Base": "10"])) == four)
        #expect(kinds.count == 4)
        kinds.prune(keeping: [first])
        #expect(kinds.count == 1)
    }

    @Test func explanations() throws {
        let bench = Bench(cpus: 1)
        func explain(_ job: JobSnapshot) -> IdleExplanation {
            bench.negotiator.explain(job, slot: bench.slots.matchAd, emptySlot: bench.slots.emptyAd(now: 1000), now: 1000)
        }
        #expect(explain(try Self.job("1.0")).verdict == .startsSoon)
        let never = explain(try Self.job("1.0", ["Requirements": "(TARGET.OpSys == \"LINUX\") && (TARGET.Memory >= 99999)"]))
        #expect(never.verdict == .neverMatches)
        #expect(never.jobClauses.map(\.isMetWhenEmpty) == [true, false])
        #expect(never.jobClauses.last?.text == "(TARGET.Memory >= 99999)")
        #expect(!never.slotClauses.map(\.isMetNow).contains(false))
        #expect(
            explain(try Self.job("1.0", ["RequestCpus": "2"])).slotClauses.filter { !$0.isMetWhenEmpty }.map(\.text) == [
                "TARGET.RequestCpus <= MY.Cpus"
            ])
    }

    @Test func sharesFade() {
        var shares = FairShare(halfLife: 100, now: 0)
        #expect(shares.effectivePriority(of: "a") == 500)
        shares.advance(to: 100, processors: ["a": 10])
        #expect(abs(shares.realPriority(of: "a") - 5.25) < 1e-9)
        shares.advance(to: 200, processors: [:])
        #expect(abs(shares.realPriority(of: "a") - 2.625) < 1e-9)
        #expect(shares.first(of: [(submitter: "a", processors: 0), (submitter: "b", processors: 0)]) == "b")
        #expect(shares.first(of: [(submitter: "a", processors: 0), (submitter: "b", processors: 9)]) == "a")
        let again = FairShare(text: Array(shares.text.utf8), halfLife: 100, now: 200)
        #expect(again == shares)
        #expect(FairShare(text: Array("rubbish\n1 2\nnan x\n".utf8), now: 5) == FairShare(now: 5))
        shares.advance(to: 100_000, processors: [:])
        #expect(shares.realPriority(of: "a") == 0.5)
    }
}
