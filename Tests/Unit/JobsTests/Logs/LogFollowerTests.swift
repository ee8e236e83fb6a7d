import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import NIOCore
import Testing

@testable import Jobs

/// A job's event log is followed until the job ends; time passes only while the follower waits.
@Suite struct LogFollowerTests {
    private let scheduler = ScriptedScheduler()
    private let time = SteppingTime()

    private static let submitted = "000 (007.000.000) 2026-12-01 10:00:00 Job submitted from host: <127.0.0.1:9618>\n...\n"
    private static let started = "001 (007.000.000) 2026-12-01 10:00:05 Job executing on host: <127.0.0.1:9618>\n...\n"
    private static let ended = "005 (007.000.000) 2026-12-01 10:00:09 Job terminated.\n\t(1) Normal termination (return value 3)\n...\n"

    private func begin() async throws -> LogReading {
        let id = try scheduler.add("7.0", "JobStatus=\(JobStatus.idle.rawValue)", "UserLog=\"/spool/7/job.log\"")
        scheduler.change { $0.files["job.log"] = ByteBuffer(string: Self.submitted) }
        var reading = try await LogService(time: time, scheduler: { [scheduler] _ in scheduler }).log(of: id, try Sample.caller())
        var numbers: [Int] = []
        while let events = try await reading.next() { numbers += events.map(\.number) }
        #expect(numbers == [0])
        return reading
    }

    private func job(_ status: JobStatus, log: String) {
        scheduler.change { state in
            for id in state.jobs.keys { state.jobs[id]?.set("JobStatus", status.rawValue) }
            state.files["job.log"] = ByteBuffer(string: log)
        }
    }

    @Test func eachEventComesOnce() async throws {
        let reading = try await begin()
        time.onSleep { sleeps in
            switch sleeps {
            case 0: job(.running, log: Self.submitted + Self.started)
            case 1: job(.completed, log: Self.submitted + Self.started + Self.ended)
            default: break
            }
        }
        var numbers: [[Int]] = []
        let end = try await reading.follow { numbers.append($0.map(\.number)) }
        #expect(numbers == [[1], [5]])
        #expect(end.status == .completed)
        #expect(time.sleeps == [.milliseconds(500), .milliseconds(500)])
    }

    @Test func anEventThatIsHalfWrittenComesWhenItIsWhole() async throws {
        let reading = try await begin()
        let half = Self.started.prefix(30)
        time.onSleep { sleeps in
            switch sleeps {
            case 0: job(.running, log: Self.submitted + half)
            case 1: job(.completed, log: Self.submitted + Self.started + Self.ended)
            default: break
            }
        }
        var numbers: [Int] = []
        _ = try await reading.follow { numbers += $0.map(\.number) }
        #expect(numbers == [1, 5])
    }

    @Test func aQuietJobIsReadLessAndLessOftenAndTheConnectionIsKeptAlive() async throws {
        let reading = try await begin()
        let before = scheduler.state.opened.count
        time.onSleep { sleeps in
            if sleeps == 30 { job(.completed, log: Self.submitted + Self.ended) }
        }
        var writes: [[Int]] = []
        _ = try await reading.follow { writes.append($0.map(\.number)) }
        // Nothing for fifteen seconds is told by an empty write.
        #expect(writes == [[], [5]])
        // After 1, 3, 7, 15 and 25 polls, and at the change.
        #expect(scheduler.state.opened.count - before == 6)
    }

    @Test func aJobThatLeavesTheQueueEndsTheLog() async throws {
        let reading = try await begin()
        time.onSleep { _ in scheduler.change { $0.jobs = [:] } }
        let end = try await reading.follow { _ in Issue.record("nothing was written") }
        #expect(end.status == nil)
    }
}
