import ClassAd
import CondorClient
import CondorModel
import NIOCore
import Testing

@testable import Jobs

/// A job's text is followed until the job ends; time passes only while the follower waits.
@Suite struct TextFollowerTests {
    private let scheduler = ScriptedScheduler()
    private let time = SteppingTime()

    private func begin(status: JobStatus = .running, _ part: TextService.Part = .bytes(from: 0, limit: nil)) async throws -> TextFollower {
        let id = try scheduler.add("7.0", "JobStatus=\(status.rawValue)", "Out=\"out.txt\"")
        return try await TextService(time: time, scheduler: { [scheduler] _ in scheduler }).follow(.output, of: id, part, try Sample.caller())
    }

    /// What is followed to the end, and the job's last state.
    private func text(_ follower: TextFollower) async throws -> (text: String, end: JobProgress) {
        var text = ""
        let end = try await follower.follow { text += String(buffer: $0) }
        return (text, end)
    }

    private func job(_ attribute: String, _ value: Int64) {
        scheduler.change { state in
            for id in state.jobs.keys { state.jobs[id]?.set(attribute, value) }
        }
    }

    /// The job ends, and its text is in its sandbox.
    private func complete(_ text: String, exitCode: Int64 = 0) {
        job("JobStatus", JobStatus.completed.rawValue)
        job("ExitCode", exitCode)
        scheduler.change {
            $0.live = nil
            $0.files["out.txt"] = ByteBuffer(string: text)
        }
    }

    @Test func eachByteComesOnceWhileTheJobRunsAndAfterItsEnd() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "one\n") }
        time.onSleep { sleeps in
            switch sleeps {
            case 0: scheduler.change { $0.live = ByteBuffer(string: "one\ntwo\n") }
            case 2: complete("one\ntwo\nthree\n", exitCode: 3)
            default: break
            }
        }
        let (text, end) = try await text(begin())
        #expect(text == "one\ntwo\nthree\n")
        #expect(end.status == .completed)
        #expect(end.exitCode == 3)
        // It asks again after half a second in which nothing was written.
        #expect(time.sleeps == [.milliseconds(500), .milliseconds(500), .milliseconds(500)])
    }

    @Test func aStarterThatRefusesIsAboutToEndItsJob() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "one") }
        time.onSleep { sleeps in
            if sleeps == 0 { scheduler.change { $0.peekFailure = CondorError(.refused, "the job is over") } }
            if sleeps == 1 { complete("one, two") }
        }
        let (text, end) = try await text(begin())
        #expect(text == "one, two")
        #expect(end.status == .completed)
    }

    @Test func aJobThatLeavesTheQueueEndsTheText() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "one") }
        time.onSleep { _ in scheduler.change { $0.jobs = [:] } }
        let (text, end) = try await text(begin())
        #expect(text == "one")
        #expect(end.status == nil)
    }

    @Test func aHeldJobMayRunAgain() async throws {
        scheduler.change { $0.files["out.txt"] = ByteBuffer(string: "one\n") }
        time.onSleep { sleeps in
            if sleeps == 0 {
                job("JobStatus", JobStatus.running.rawValue)
                scheduler.change { $0.live = ByteBuffer(string: "one\ntwo\n") }
            } else {
                complete("one\ntwo\n")
            }
        }
        let (text, end) = try await text(begin(status: .held))
        #expect(text == "one\ntwo\n")
        #expect(end.status == .completed)
    }

    @Test func aLimitEndsTheTextBeforeTheJob() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "0123456789") }
        let (text, end) = try await text(begin(.bytes(from: 2, limit: 5)))
        #expect(text == "23456")
        #expect(end.status == .running)
        #expect(time.sleeps.isEmpty)
    }

    @Test func theLastLinesComeFirst() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "one\ntwo\n") }
        let follower = try await begin(.lastLines(1))
        time.onSleep { _ in complete("one\ntwo\nthree\n") }
        #expect(try await text(follower).text == "two\nthree\n")
    }

    @Test func aSchedulerThatFailsEndsItWithItsError() async throws {
        scheduler.change { $0.live = ByteBuffer(string: "one") }
        time.onSleep { _ in scheduler.change { $0.readFailure = CondorError(.unreachable, "gone") } }
        let follower = try await begin()
        var text = ""
        let error = await failure { _ = try await follower.follow { text += String(buffer: $0) } }
        #expect(error?.cause?.code == .unreachable)
        #expect(text == "one")
    }
}
