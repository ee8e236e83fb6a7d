import ClassAd
import CondorModel
@testable import Jobs
import SeededGeneration
import Testing

/// From two looks at a job to what happened between them.
@Suite struct JobPathTests {
    private func facts(_ status: JobStatus, _ change: (inout JobFacts) -> Void = { _ in }) -> JobFacts {
        var facts = JobFacts(status: status)
        facts.queued = 100
        facts.entered = 200
        change(&facts)
        return facts
    }

    private func types(_ known: JobFacts?, _ now: JobFacts) -> [JobEventType] {
        JobPath.steps(from: known.map(KnownJob.init), to: now, now: 1000).map(\.type)
    }

    @Test func oneStepAtATime() {
        let idle = facts(.idle)
        let running = facts(.running) { $0.starts = 1 }
        #expect(types(nil, idle) == [.submit])
        #expect(types(idle, idle) == [])
        #expect(types(idle, running) == [.execute])
        #expect(types(running, facts(.transferringOutput) { $0.starts = 1 }) == [])
        #expect(types(running, facts(.completed) { $0.starts = 1 }) == [.complete])
        #expect(types(running, facts(.idle) { $0.starts = 1 }) == [.evict])
        #expect(
            types(
                running,
                facts(.held) {
                    $0.starts = 1; $0.holds = 1
                }) == [.hold])
        #expect(
            types(
                running,
                facts(.suspended) {
                    $0.starts = 1; $0.suspensions = 1
                }) == [.suspend])
        #expect(types(facts(.suspended) { $0.starts = 1 }, running) == [.resume])
        #expect(types(facts(.held) { $0.holds = 1 }, facts(.idle) { $0.holds = 1 }) == [.release])
        for status in [JobStatus.idle, .running, .held, .suspended, .completed] { #expect(types(facts(status), facts(.removed)) == [.remove]) }
        #expect(types(facts(.removed), facts(.removed)) == [])
    }

    @Test func whatHappenedUnseenIsToldInOrder() {
        // A short job that is first seen at its end.
        let end = facts(.completed) {
            $0.starts = 1
            $0.firstStarted = 120
            $0.started = 120
            $0.completed = 150
        }
        let steps = JobPath.steps(from: nil, to: end, now: 1000)
        #expect(
            steps == [
                JobTransition(type: .submit, status: .idle, previous: nil, time: 100),
                JobTransition(type: .execute, status: .running, previous: .idle, time: 120),
                JobTransition(type: .complete, status: .completed, previous: .running, time: 150),
            ])
        let idle = facts(.idle)
        #expect(types(idle, facts(.idle) { $0.starts = 2 }) == [.execute, .evict, .execute, .evict])
        #expect(types(idle, facts(.idle) { $0.holds = 1 }) == [.hold, .release])
        #expect(
            types(
                idle,
                facts(.completed) {
                    $0.starts = 1; $0.holds = 1
                }) == [.hold, .release, .execute, .complete])
        #expect(
            types(
                idle,
                facts(.held) {
                    $0.starts = 1; $0.holds = 1
                }) == [.execute, .hold])
        #expect(types(facts(.running) { $0.starts = 1 }, facts(.running) { $0.starts = 2 }) == [.evict, .execute])
        #expect(
            types(
                facts(.running) { $0.starts = 1 },
                facts(.completed) {
                    $0.starts = 2; $0.holds = 1
                }) == [.hold, .release, .execute, .complete])
        #expect(types(facts(.running), facts(.running) { $0.suspensions = 1 }) == [.suspend, .resume])
        #expect(
            types(
                facts(.held) { $0.holds = 1 },
                facts(.running) {
                    $0.holds = 1; $0.starts = 1
                }) == [.release, .execute])
        #expect(types(nil, facts(.removed)) == [.submit, .remove])
    }

    @Test func jobsMayComeHeld() {
        #expect(types(nil, facts(.held) { $0.isHeldSinceSubmission = true }) == [.submit])
        #expect(JobPath.steps(from: nil, to: facts(.held) { $0.isHeldSinceSubmission = true }, now: 1000).first?.status == .held)
        #expect(types(facts(.held), facts(.idle)) == [.release])
        #expect(types(nil, facts(.held)) == [.submit, .hold])
        #expect(
            types(
                nil,
                facts(.held) {
                    $0.isHeldSinceSubmission = true; $0.wasHeldAtSubmission = true; $0.holds = 1
                }) == [.submit])
        #expect(
            types(
                nil,
                facts(.held) {
                    $0.wasHeldAtSubmission = true; $0.holds = 2
                }) == [.submit, .hold])
    }

    /// Holds in which jobs came are counted under names of their own (observed against 25.14.1 and 23.9.6).
    @Test func countersTellOfHoldsAtBirth() {
        func ad(_ lines: String...) -> JobFacts {
            var ad = WireAd()
            for line in lines { ad.append(line: Array(line.utf8)) }
            return JobFacts(ad)
        }
        let born = ad("JobStatus = 5", "NumHolds = 1", "HoldReasonCode = 15", "NumHoldsByReason = [ SubmittedOnHold = 1 ]")
        #expect(born.wasHeldAtSubmission && types(nil, born) == [.submit] && JobPath.steps(from: nil, to: born, now: 0).first?.status == .held)
        let removed = ad("JobStatus = 3", "NumHolds = 1", "NumHoldsByReason = [ SubmittedOnHold = 1 ]")
        #expect(types(born, removed) == [.remove] && types(nil, removed) == [.submit, .remove])
        #expect(types(nil, ad("JobStatus = 1", "NumHolds = 1", "NumHoldsByReason = [ SpoolingInput = 1 ]", "StageInStart = 5")) == [.submit])
        let heldLater = ad("JobStatus = 5", "HoldReasonCode = 1", "NumHolds = 2", "NumHoldsByReason = [ SpoolingInput = 1; UserRequest = 1 ]")
        #expect(types(nil, heldLater) == [.submit, .hold])
        // Jobs that need no input are never held, but have the marks of a stage-in.
        #expect(
            types(nil, ad("JobStatus = 1", "NumHolds = 1", "NumHoldsByReason = [ UserRequest = 1 ]", "StageInStart = 5")) == [
                .submit, .hold, .release,
            ])
        #expect(types(nil, ad("JobStatus = 5", "HoldReasonCode = 16", "InitialJobStatus = 5")) == [.submit])
        #expect(types(nil, ad("JobStatus = 1", "LastHoldReasonCode = 16", "InitialJobStatus = 5", "StageInStart = 5")) == [.submit])
    }

    @Test func theLastStepHasTheTimeOfTheState() {
        func last(_ known: JobFacts?, _ status: JobStatus, _ change: (inout JobFacts) -> Void) -> Int64? {
            JobPath.steps(
                from: known.map(KnownJob.init),
                to: facts(status) {
                    $0.entered = 700
                    change(&$0)
                }, now: 1000
            ).last?.time
        }
        let idle = facts(.idle) { $0.entered = 200 }
        #expect(last(idle, .held) { $0.holds = 1 } == 700)
        #expect(last(idle, .idle) { $0.holds = 1 } == 700)
        #expect(
            last(facts(.running) { $0.starts = 1 }, .held) {
                $0.starts = 1; $0.holds = 1
            } == 700)
        // The schedd leaves EnteredCurrentStatus alone when a job is suspended and goes on (observed against 25.14.1).
        #expect(
            last(facts(.running) { $0.starts = 1 }, .suspended) {
                $0.starts = 1; $0.suspensions = 1; $0.entered = 200; $0.suspended = 210
            } == 210)
        #expect(
            last(facts(.suspended) { $0.starts = 1 }, .running) {
                $0.starts = 1; $0.entered = 200
            } == 1000)
        #expect(
            last(facts(.running) { $0.starts = 1 }, .running) {
                $0.starts = 1; $0.suspensions = 1; $0.entered = 200
            } == 1000)
        #expect(
            last(facts(.running) { $0.starts = 1 }, .idle) {
                $0.starts = 1; $0.vacated = 650
            } == 650)
        #expect(last(nil, .held) { $0.holds = 1 } == 700)
        #expect(
            last(nil, .held) {
                $0.holds = 1; $0.isHeldSinceSubmission = true; $0.wasHeldAtSubmission = true
            } == 100)
    }

    @Test func timesNeverGoBack() {
        let steps = JobPath.steps(
            from: nil,
            to: facts(.completed) {
                $0.starts = 3
                $0.firstStarted = 90
                $0.started = 500
                $0.completed = 300
                $0.vacated = 10
            }, now: 1000)
        #expect(steps.map(\.time) == steps.map(\.time).sorted() && steps.last?.time == 300 && steps.first?.time == 100)
    }

    @Test func absurdCountersAreBounded() {
        var ad = WireAd()
        for line in [
            "JobStatus = 4", "NumShadowStarts = 9223372036854775807", "NumHolds = 9223372036854775807", "TotalSuspensions = -9223372036854775808",
        ] {
            ad.append(line: Array(line.utf8))
        }
        #expect(JobPath.steps(from: nil, to: JobFacts(ad), now: 1000).count < 100)
        var known = KnownJob(JobFacts(status: .idle))
        known.starts = .min
        #expect(JobPath.steps(from: known, to: JobFacts(ad), now: 1000).count < 100)
    }

    /// Whatever is seen, the steps hang together and end at what is seen.
    @Test func stepsHangTogether() {
        var random = SeededGenerator(seed: 7)
        for round in 0..<20_000 {
            func some() -> JobFacts {
                facts(JobStatus.allCases.randomElement(using: &random) ?? .idle) {
                    $0.starts = .random(in: 0...3, using: &random)
                    $0.holds = .random(in: 0...3, using: &random)
                    $0.suspensions = .random(in: 0...2, using: &random)
                    $0.wasHeldAtSubmission = .random(using: &random)
                    $0.isHeldSinceSubmission = $0.wasHeldAtSubmission && .random(using: &random)
                    $0.entered = .random(in: 0...1000, using: &random)
                    $0.started = .random(in: 0...1000, using: &random)
                }
            }
            let known = Bool.random(using: &random) ? some() : nil
            let now = some()
            let steps = JobPath.steps(from: known.map(KnownJob.init), to: now, now: 1000)
            var last = known?.status
            for step in steps {
                #expect(step.previous == last, "round \(round): \(steps)")
                last = step.status
            }
            #expect(JobPhase(last) == JobPhase(now.status), "round \(round): \(String(describing: known)) to \(now): \(steps)")
            #expect(steps.map(\.time) == steps.map(\.time).sorted(), "round \(round)")
            if known == nil { #expect(steps.first?.type == .submit && !steps.dropFirst().contains { $0.type == .submit }) }
        }
    }
}
