import CSpawnInTests
import Foundation
import Glibc
import POSIX
import Testing

@testable import JobExecution

@Suite(.serialized) struct ExecutionTests {
    /// Runs a test with an execution and a directory for runs.
    private func withExecution(_ body: (Execution, String) async throws -> Void) async throws {
        var template = Array("/tmp/htapi-execution-test.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(directory, 0o711)
        let execution = try Execution(usesCgroups: false)
        let result = await Result { try await body(execution, directory) }
        await execution.stop()
        try FileTree.remove(directory)
        try result.get()
    }

    private func start(
        _ script: String, _ execution: Execution, in directory: String, endsWithScheduler: Bool = true
    ) throws -> (RunDirectory, AsyncStream<Execution.Report>) {
        let run = RunDirectory(in: directory, run: execution.newRun())
        try run.make(owner: .current, hasPrivateTemporary: false)
        let plan = LaunchPlan(
            program: "/bin/sh", arguments: ["sh", "-c", script].map { Array($0.utf8) }, environment: ["PATH=/usr/bin:/bin"].map { Array($0.utf8) },
            workingDirectory: run.scratch, output: "out", scratch: run.scratch, account: .current, isolation: [],
            endsWithScheduler: endsWithScheduler)
        try run.write(try plan.encoded(run: run.run), to: run.plan)
        let (reports, mailbox) = AsyncStream<Execution.Report>.makeStream()
        execution.listen(to: run.run) { mailbox.yield($0) }
        try execution.start(run, isolation: [])
        return (run, reports)
    }

    @Test func eachRunIsReportedToItsListener() async throws {
        try await withExecution { execution, directory in
            let (first, firstReports) = try start("echo one; exit 1", execution, in: directory)
            let (second, secondReports) = try start("echo two; exit 2", execution, in: directory)
            #expect([first.run, second.run] == [1, 2])
            for (run, reports, code) in [(first, firstReports, 1), (second, secondReports, 2)] {
                var seen: [Execution.Report] = []
                for await report in reports {
                    seen.append(report)
                    if report != .executing { break }
                }
                #expect(seen == [.executing, .exited])
                guard case .exited(let exit)? = SupervisorState.read(path: run.plan)?.phase else {
                    Issue.record("run \(run.run) has not exited")
                    continue
                }
                #expect(exit.ending == .code(code))
                #expect(FileReading.prefix(of: run.scratch + "/out") == Array("\(["one", "two"][code - 1])\n".utf8))
            }
            #expect(RunDirectory.all(in: directory).map(\.run).sorted() == [1, 2])
        }
    }

    @Test func runNumbers() async throws {
        try await withExecution { execution, _ in
            #expect(execution.newRun() == 1)
            execution.noteRun(40)
            execution.noteRun(7)
            #expect(execution.newRun() == 41)
        }
    }

    /// A run that nobody looks after ends, with all its processes, and one that never started cannot start any more.
    @Test func endingARun() async throws {
        try await withExecution { execution, directory in
            let (run, reports) = try start("sleep 1000 & sleep 1000", execution, in: directory, endsWithScheduler: false)
            for await report in reports where report == .executing { break }
            let supervisor = Supervisor(pid: SupervisorState.read(path: run.plan)?.supervisor ?? 0, plan: run.plan)
            #expect(supervisor.isAlive)
            await Self.onThread { run.endRun() }
            #expect(!supervisor.isAlive)
            guard case .exited(let exit)? = SupervisorState.read(path: run.plan)?.phase else {
                Issue.record("the run has not exited")
                return
            }
            #expect(exit.ending == .signal(Int(SIGKILL), dumpedCore: false))
            let planned = RunDirectory(in: directory, run: execution.newRun())
            try planned.make(owner: .current, hasPrivateTemporary: false)
            try planned.write([1], to: planned.plan)
            await Self.onThread { planned.endRun() }
            #expect(access(planned.plan, F_OK) == -1)
        }
    }

    @Test func aRunThatCannotStart() async throws {
        try await withExecution { execution, directory in
            let run = RunDirectory(in: directory, run: execution.newRun())
            try run.make(owner: .current, hasPrivateTemporary: false)
            let plan = LaunchPlan(
                program: "/nowhere", arguments: [], environment: [], workingDirectory: "/", scratch: run.scratch, account: .current, isolation: [],
                endsWithScheduler: true)
            try run.write(try plan.encoded(run: run.run), to: run.plan)
            let (reports, mailbox) = AsyncStream<Execution.Report>.makeStream()
            execution.listen(to: run.run) { mailbox.yield($0) }
            try execution.start(run, isolation: [])
            var iterator = reports.makeAsyncIterator()
            #expect(await iterator.next() == .failed(cloneError: nil))
            #expect(SupervisorState.read(path: run.plan)?.phase == .failed(LaunchFailure(stage: .execute, error: ENOENT)))
        }
    }

    /// What the probe finds works, and leaves nothing behind.
    @Test func isolationProbe() async throws {
        try await withExecution { execution, directory in
            let access = FileAccess(account: .current, hidden: [])
            let probe = IsolationProbe(execution, in: directory, access: access, hasPrivateTemporary: true)
            let (isolation, problems) = await probe.strongest(isRoot: geteuid() == 0)
            #expect(problems.isEmpty)
            #expect(Isolation.candidates(isRoot: geteuid() == 0).contains(isolation))
            #expect(RunDirectory.all(in: directory).isEmpty)
            #expect(await probe.strongest(isRoot: geteuid() == 0).isolation == isolation)
        }
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                body()
                continuation.resume()
            }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
