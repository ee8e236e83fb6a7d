import ClassAd
import CondorModel
import JSON
@testable import Gateway
import HTTPEndpoints
import HTTPMessages
@testable import Jobs
import JobsAPI
import Testing

/// What is said of jobs in all states.
@Suite struct JobExplanationTests {
    private static let now: Int64 = 1_795_262_400

    private static func ad(_ text: String) -> ClassAd { (try? ClassAd.parse(text, syntax: .new)) ?? ClassAd() }

    private static func told(_ ad: String) throws -> JSONValue {
        let job = Self.ad(ad)
        return JobExplanation(job, job.integer("JobStatus").flatMap(JobStatus.init), now: now).json(try #require(JobID(cluster: 7, proc: 0)))
    }

    @Test func jobsThatDoNotWait() throws {
        #expect(
            try Self.told(#"[ JobStatus = 2; RemoteHost = "slot1@x"; JobCurrentStartDate = 1795262400 ]"#) == [
                "job_id": "7.0", "status": "running", "summary": "The job runs on slot1@x since 2026-11-21T12:00:00Z", "advice": [],
            ])
        #expect(
            try Self.told("[ JobStatus = 4; CompletionDate = 1795262400; ExitCode = 3; ExitBySignal = false ]")["summary"]
                == "The job has completed at 2026-11-21T12:00:00Z with exit code 3")
        #expect(try Self.told("[ JobStatus = 4; ExitBySignal = true; ExitSignal = 9 ]")["summary"] == "The job was killed by signal 9")
        #expect(try Self.told(#"[ JobStatus = 3; RemoveReason = "via condor_rm" ]"#)["summary"] == "The job was removed: via condor_rm")
        #expect(try Self.told("[ JobStatus = 77 ]")["status"] == "unknown")
    }

    @Test func holds() throws {
        let held = try Self.told(#"[ JobStatus = 5; HoldReasonCode = 13; HoldReasonSubCode = 2; HoldReason = "no file" ]"#)
        #expect(held["status"] == "held")
        #expect(held["summary"] == "The job is held: no file")
        #expect(held["hold"]?["code"] == 13)
        #expect(held["hold"]?["subcode"] == 2)
        #expect(held["hold"]?["name"] == "TransferInputError")
        #expect(held["advice"] == .array([held["hold"]?["advice"] ?? .null]))
        let waiting = try Self.told(#"[ JobStatus = 5; HoldReasonCode = 16; HoldReason = "Spooling input data files" ]"#)
        #expect(waiting["summary"] == "The job awaits its input")
        #expect(try Self.told("[ JobStatus = 5; HoldReasonCode = 4711 ]")["hold"]?["name"] == "Unspecified")
        // Each code of HTCondor 25.14.
        for code in HoldReasonCode.allCases where (1...49).contains(code.rawValue) { #expect(code.advice != HoldReasonCode.unspecified.advice) }
    }

    @Test func waitingJobsSayWhatTheyWaitFor() throws {
        let job = Self.ad(
            """
            [ JobStatus = 1; DeferralTime = 1795266000; JobCoolDownExpiration = 1795262460; ConcurrencyLimits = "db:2"; JobPrio = -5; NumJobStarts = \
            2;
              VacateReason = "gone"; LastRejMatchReason = "no match found"; LastRejMatchTime = 1795262399; Requirements = TARGET.Cpus > 1 ]
            """)
        var explanation = JobExplanation(waiting: job, now: Self.now)
        explanation.add(ahead: 3)
        let id = try #require(JobID(cluster: 7, proc: 0))
        let told = explanation.json(id)
        #expect(
            told["advice"] == [
                "The job must not start before 2026-11-21T13:00:00Z (DeferralTime)",
                "After a failed run the job waits until 2026-11-21T12:01:00Z (JobCoolDownExpiration)",
                "The job needs a share of the concurrency limit db:2: it waits while other jobs use all of it", "An earlier run ended: gone",
                "3 of the user's own idle jobs have a higher JobPrio and go first; edit JobPrio to change that",
            ])
        #expect(told["last_rejection"] == ["time": "2026-11-21T11:59:59Z", "reason": "no match found"])
        #expect(told["priority"] == -5)
        #expect(told["ahead"] == 3)
        var empty = JobExplanation(waiting: job, now: Self.now)
        empty.add(RequirementsAnalysis(job), isSurveyed: true)
        #expect(empty.json(id)["summary"] == "The pool has no machines")
        var blind = JobExplanation(waiting: job, now: Self.now)
        blind.add(RequirementsAnalysis(job), isSurveyed: false)
        #expect(blind.json(id)["requirements"]?["machines"] == .null)
    }

    @Test func jobsThatAreNotMatchedWithMachines() {
        #expect(!JobExplanation.isMatched(Self.ad("[ JobUniverse = 12 ]")))
        #expect(!JobExplanation.isMatched(Self.ad("[ JobUniverse = 7 ]")))
        #expect(JobExplanation.isMatched(Self.ad("[ JobUniverse = 5 ]")))
        #expect(JobExplanation.isMatched(ClassAd()))
    }

    @Test func jobsThatAreNotMadeYet() throws {
        var cluster = ClassAd()
        cluster.set("ClusterId", 7)
        cluster.set("JobMaterializeLimit", 2)
        let id = try #require(JobID(cluster: 7, proc: 9))
        let told = JobExplanation(unmade: id, WireAd(cluster), next: 3).json(id)
        #expect(told["status"] == "not_made")
        #expect(told["summary"] == "The job does not exist yet: its cluster makes jobs gradually, and the next is 7.3")
        #expect(told["advice"] == ["At most 2 of its jobs exist at a time (max_materialize); the next are made as those end"])
        cluster.set("JobMaterializePaused", 1)
        cluster.set("JobMaterializePauseReason", "held")
        #expect(
            JobExplanation(unmade: id, WireAd(cluster), next: 3).json(id)["advice"]
                == ["The cluster makes no more jobs for now: held; release the cluster to continue"])
    }

    @Test func requirementsAreToldClauseByClause() throws {
        var analysis = RequirementsAnalysis(
            Self.ad(#"[ RequestMemory = 999999; Requirements = (TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory) ]"#))
        for (arch, memory) in [("X86_64", 2000), ("X86_64", 8000), ("AARCH64", 64000)] {
            analysis.add(Self.ad(#"[ Arch = "\#(arch)"; Memory = \#(memory); Requirements = true ]"#))
        }
        let json = analysis.json(isSurveyed: true)
        guard case .array(let clauses)? = json["clauses"] else {
            Issue.record("\(json)")
            return
        }
        #expect(clauses.last?["comparison"] == ["attribute": "Memory", "wanted": 999999, "job_attribute": "RequestMemory", "best": 64000])
        #expect(clauses.first?["comparison"]?["values"] == [["value": "AARCH64", "machines": 1], ["value": "X86_64", "machines": 2]])
        // Without machines there are no counts.
        let unknown = RequirementsAnalysis(Self.ad("[ Requirements = TARGET.Cpus >= 2 && Foo ]")).json(isSurveyed: false)
        #expect(unknown["machines"] == .null && unknown["relaxations"] == [])
    }
}

extension JobExplanation {
    /// The answer.
    fileprivate func json(_ id: JobID) -> JSONValue {
        (try? JSONValue.parse(ExplanationResult.resource.codec.encode(ExplanationResult(self, of: id)))) ?? .null
    }
}

extension RequirementsAnalysis {
    /// The part of the answer.
    fileprivate func json(isSurveyed: Bool) -> JSONValue {
        (try? JSONValue.parse(ExplainedRequirements.resource.codec.encode(ExplainedRequirements(self, isSurveyed: isSurveyed)))) ?? .null
    }
}
