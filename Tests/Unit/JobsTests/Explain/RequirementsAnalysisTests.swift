import ClassAd
@testable import Jobs
import Testing

/// Which machines a job would run on, clause by clause.
@Suite struct RequirementsAnalysisTests {
    private static func ad(_ text: String) -> ClassAd {
        (try? ClassAd.parse(text, syntax: .new)) ?? ClassAd()
    }

    /// Four machines: a partitionable one with nothing left, a free one, one of another kind, one that takes no jobs.
    private static let machines = [
        ad(
            """
            [ Name = "a"; Arch = "X86_64"; SlotType = "Partitionable"; PartitionableSlot = true; Cpus = 0; Memory = 10; TotalSlotCpus = 8; \
            TotalSlotMemory = 8000;
              State = "Unclaimed"; Start = true; Requirements = Start && TARGET.RequestMemory <= MY.Memory && MY.Cpus > 0 ]
            """),
        ad(
            #"[ Name = "b"; Arch = "X86_64"; SlotType = "Static"; Cpus = 1; Memory = 2000; State = "Unclaimed"; Start = true; Requirements = Start ]"#
        ),
        ad(
            #"[ Name = "c"; Arch = "AARCH64"; SlotType = "Static"; Cpus = 1; Memory = 64000; State = "Claimed"; Start = true; Requirements = Start ]"#
        ),
        ad(#"[ Name = "d"; Arch = "X86_64"; SlotType = "Static"; Cpus = 1; Memory = 3000; State = "Owner"; Start = false; Requirements = Start ]"#),
    ]

    private static func analysis(_ job: String) -> RequirementsAnalysis {
        var analysis = RequirementsAnalysis(ad(job))
        for machine in machines { analysis.add(machine) }
        return analysis
    }

    @Test func machinesAreCountedByWhatKeepsThemAway() {
        let analysis = Self.analysis(#"[ RequestMemory = 1000; Requirements = (TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory) ]"#)
        #expect(analysis.machines == 4)
        #expect(analysis.matched == 3)
        #expect(analysis.busy == 1)
        #expect(analysis.available == 1)
        #expect(analysis.refused == 1)
        #expect(analysis.clauses.map { $0.expression.unparsed(.new) } == [#"TARGET.Arch == "X86_64""#, "TARGET.Memory >= RequestMemory"])
        #expect(analysis.clauses.map { $0.inlined.unparsed(.new) }.last == "TARGET.Memory >= 1000")
        #expect(analysis.clauses.map(\.matched) == [3, 4])
        #expect(analysis.clauses.map(\.matchedCumulative) == [3, 3])
    }

    @Test func anotherValueIsSuggested() throws {
        let analysis = Self.analysis(#"[ RequestMemory = 999999; Requirements = (TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory) ]"#)
        #expect(analysis.matched == 0)
        #expect(
            Relaxation.all(analysis) == [
                Relaxation(clauses: [1], matched: 3, suggestion: "without (TARGET.Memory >= RequestMemory), 3 machines would match"),
                Relaxation(clauses: [1], matched: 1, suggestion: "with RequestMemory at most 8000 instead of 999999, 1 machine would match"),
            ])
        // Of all machines, also those that do not match otherwise.
        let memory = try #require(analysis.clauses.last?.comparison)
        #expect(memory.attribute == "Memory" && memory.wanted == .integer(999_999) && memory.jobAttribute == "RequestMemory")
        #expect(analysis.clauses.last?.values.best(memory.direction)?.value == .integer(64000))
        #expect(analysis.clauses.first?.values.texts == ["AARCH64": 1, "X86_64": 3])
    }

    @Test func textsThatMachinesHaveAreSuggested() {
        let analysis = Self.analysis(#"[ Requirements = TARGET.Arch == "SPARC" && TARGET.Memory < 5000 ]"#)
        #expect(
            Relaxation.all(analysis).map(\.suggestion).contains(
                #"with the value in (TARGET.Arch == "SPARC") set to "X86_64" instead of "SPARC", 2 machines would match"#))
        #expect(Relaxation.all(analysis).map(\.matched).max() == 2)
    }

    @Test func severalObstaclesTogether() {
        let analysis = Self.analysis("[ Requirements = HasThing && TARGET.Cpus >= 99 && TARGET.Memory > 5000 ]")
        #expect(
            Relaxation.all(analysis) == [
                Relaxation(clauses: [0, 1], matched: 2, suggestion: "without (HasThing) and (TARGET.Cpus >= 99), 2 machines would match")
            ])
    }

    /// The advice about an idle job, with all that the machines' ads say.
    private static func advice(_ job: String) -> [String] {
        var analysis = RequirementsAnalysis(ad(job))
        for machine in machines {
            analysis.note(namesOf: machine)
            analysis.add(machine)
        }
        var explanation = JobExplanation(waiting: ad(job), now: 0)
        explanation.add(analysis, isSurveyed: true)
        return explanation.advice
    }

    @Test func everyImpossibleClauseGetsItsAdvice() {
        #expect(
            Self.advice(
                #"[ RequestMemory = 99999999; Requirements = TARGET.Memory >= RequestMemory && TARGET.Arch == "SPARC" && TARGET.Cpus > 8 ]"#)
                == [
                    "No machine meets (TARGET.Memory >= RequestMemory): RequestMemory must be at most 64000, not 99999999",
                    #"No machine meets (TARGET.Arch == "SPARC"): machines have "X86_64", "AARCH64""#,
                    "No machine meets (TARGET.Cpus > 8): the value must be below 8, not 8",
                    "Edit the job: without (TARGET.Memory >= RequestMemory) and "
                        + #"(TARGET.Arch == "SPARC") and (TARGET.Cpus > 8), 4 machines would match"#,
                ])
    }

    @Test func namesNearUnknownMachineAttributes() {
        #expect(
            Self.advice("[ RequestMemry = 10; Requirements = TARGET.Memry >= RequestMemry && Arhc == \"X86_64\" && Qwertyuiop ]") == [
                "No machine has the attribute Memry (did you mean Memory?) of (TARGET.Memry >= RequestMemry)",
                #"No machine has the attribute Arhc (did you mean Arch?) of (Arhc == "X86_64")"#,
                "No machine has the attribute Qwertyuiop of (Qwertyuiop)",
                #"Edit the job: without (TARGET.Memry >= RequestMemry) and (Arhc == "X86_64") and (Qwertyuiop), 4 machines would match"#,
            ])
        // A name in a clause that is met is no obstacle.
        #expect(
            Self.advice("[ Requirements = (Memry =?= undefined) && TARGET.Arch == \"SPARC\" ]").allSatisfy { !$0.contains("Memry") })
    }

    @Test func nobodyIsAdvisedToAskForNothing() {
        var analysis = RequirementsAnalysis(Self.ad("[ RequestGPUs = 2; Requirements = TARGET.GPUs >= RequestGPUs ]"))
        analysis.add(Self.ad("[ GPUs = 0; Requirements = true; State = \"Unclaimed\" ]"))
        #expect(Relaxation.all(analysis).map(\.suggestion) == ["without (TARGET.GPUs >= RequestGPUs), 1 machine would match"])
        #expect(Relaxation.impossible(analysis, besides: []) == ["No machine meets (TARGET.GPUs >= RequestGPUs): none has any GPUs"])
    }

    @Test func clausesBehindTheJobsOwnNames() {
        let analysis = Self.analysis("[ Wish = (TARGET.Cpus >= 2 && TARGET.Memory >= 1); Requirements = MY.Wish && true ]")
        #expect(analysis.clauses.map { $0.expression.unparsed(.new) } == ["TARGET.Cpus >= 2", "TARGET.Memory >= 1", "true"])
        #expect(analysis.matched == 1)
    }

    @Test func namesThatMustBeAskedFor() {
        #expect(
            Set(
                RequirementsAnalysis.machineAttributes(
                    Self.ad("[ RequestMemory = TARGET.Foo + 1; Requirements = TARGET.Memory >= RequestMemory && Bar ]")))
                == ["Memory", "Foo", "Bar"])
    }

    @Test func noMachines() {
        let analysis = RequirementsAnalysis(Self.ad("[ Requirements = TARGET.Cpus >= 2 && Foo ]"))
        #expect(analysis.clauses.count == 2)
        #expect(Relaxation.all(analysis).isEmpty)
    }

    @Test func manyClausesAndDeepOnes() {
        let many = (0..<200).map { "TARGET.Cpus > -\($0 + 1)" }.joined(separator: " && ")
        let analysis = Self.analysis("[ Requirements = \(many) ]")
        #expect(analysis.clauses.count == 64)
        #expect(analysis.matched == 4)
        #expect(analysis.clauses.map(\.matchedCumulative) == Array(repeating: 4, count: 64))
        let endless = Self.analysis("[ A = B && B; B = A && A; Requirements = A ]")
        #expect(endless.matched == 0)
    }

    /// Whatever the requirements are, as many machines match as the expression as a whole takes.
    @Test func countsAreThoseOfTheWhole() {
        let parts = [
            "TARGET.Cpus >= 1", "Memory > RequestMemory", #"TARGET.Arch == "X86_64""#, "Nothing", "(State =!= \"Owner\")", "1 && 2",
            "(Cpus > 0 || Foo) && true",
            "MY.Wish", "!(TARGET.Memory < 3000)",
        ]
        for seed in UInt64(1)...300 {
            var state = seed
            func next(_ count: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(count))
            }
            let chosen = (0...next(5)).map { _ in parts[next(parts.count)] }.joined(separator: next(4) == 0 ? " || " : " && ")
            let job = Self.ad("[ RequestMemory = \(next(70_000)); Wish = TARGET.Cpus < 5 && TARGET.Memory > 5; Requirements = \(chosen) ]")
            var analysis = RequirementsAnalysis(job)
            var expected = 0
            for machine in Self.machines.dropFirst() {
                analysis.add(machine)
                if job.accepts(machine) { expected += 1 }
            }
            #expect(analysis.matched == expected, "seed \(seed): \(chosen)")
            #expect(analysis.clauses.last?.matchedCumulative == expected, "seed \(seed): \(chosen)")
            #expect(analysis.refused + analysis.busy + analysis.available == expected)
        }
    }
}
