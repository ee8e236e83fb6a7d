import CSpawnInTests
import Foundation
import Glibc
package import JobExecution
import POSIX
import Synchronization

/// A spawner with a directory for plans, for tests that wait for the outcomes of runs.
package final class SpawnerBench: Sendable {
    package let directory: String
    package let scratch: String
    private let spawner: Spawner
    private let outcomes = Mutex<[UInt64: [Spawner.Report]]>([:])
    private let waiting = Mutex<[UInt64: CheckedContinuation<Void, Never>]>([:])
    private let last = Mutex<UInt64>(0)

    private final class Target: Sendable {
        let bench = Mutex<SpawnerBench?>(nil)
    }

    package init() throws {
        var template = Array("/tmp/htapi-starter-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("making a directory") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        scratch = directory + "/scratch"
        guard mkdir(scratch, 0o700) == 0 else { throw SystemError("making a directory") }
        let target = Target()
        spawner = try Spawner { reports in target.bench.withLock { $0 }?.take(reports) }
        target.bench.withLock { $0 = self }
    }

    private func take(_ reports: [Spawner.Report]) {
        for report in reports {
            let run: UInt64
            switch report {
            case .executing(let number): run = number
            case .exited(let number), .failed(let number, _): run = number
            }
            outcomes.withLock { $0[run, default: []].append(report) }
            waiting.withLock { $0.removeValue(forKey: run) }?.resume()
        }
    }

    package func plan(_ command: String, isolation: Isolation = []) -> LaunchPlan {
        LaunchPlan(
            program: "/bin/sh", arguments: ["sh", "-c", command].map { Array($0.utf8) }, environment: ["PATH=/usr/bin:/bin"].map { Array($0.utf8) },
            workingDirectory: scratch, output: "out", error: "err", scratch: scratch, account: .current, isolation: isolation,
            endsWithScheduler: true)
    }

    package struct Run: Sendable {
        package var number: UInt64
        package var plan: String
        package var supervisor: Supervisor { Supervisor(pid: SupervisorState.read(path: plan)?.supervisor ?? 0, plan: plan) }
    }

    package func start(_ plan: LaunchPlan) throws -> Run {
        let number = last.withLock { last in
            last += 1
            return last
        }
        let run = Run(number: number, plan: "\(directory)/plan\(number)")
        let bytes = try plan.encoded(run: number)
        let file = open(run.plan, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0, write(file, bytes, bytes.count) == bytes.count else { throw SystemError("writing \(run.plan)") }
        close(file)
        try spawner.start(run: number, plan: run.plan, isolation: plan.isolation)
        return run
    }

    /// Waits for a report other than those already seen.
    private func next(_ run: Run, after seen: Int) async -> [Spawner.Report] {
        while true {
            let reports = outcomes.withLock { $0[run.number] ?? [] }
            if reports.count > seen { return reports }
            await withCheckedContinuation { continuation in
                waiting.withLock { $0[run.number] = continuation }
                // It may have come in between.
                if outcomes.withLock({ $0[run.number]?.count ?? 0 }) > seen { waiting.withLock { $0.removeValue(forKey: run.number) }?.resume() }
            }
        }
    }

    package func waitForExecution(_ run: Run) async -> Bool { await next(run, after: 0).first == .executing(run: run.number) }

    package func outcome(_ run: Run) async -> SupervisorState? {
        var reports = await next(run, after: 0)
        while case .executing? = reports.last { reports = await next(run, after: reports.count) }
        return SupervisorState.read(path: run.plan)
    }

    package func phase(_ plan: LaunchPlan) async throws -> SupervisorState.Phase? { try await outcome(start(plan))?.phase }

    package func exit(_ run: Run) async throws -> ProcessExit {
        let state = await outcome(run)
        guard case .exited(let exit)? = state?.phase else {
            throw SystemError("waiting for an exit, found \(String(describing: state))", 0)
        }
        return exit
    }

    /// Runs to the end and returns what was written to standard output.
    package func output(_ plan: LaunchPlan) async throws -> (exit: ProcessExit, text: String) {
        let exit = try await exit(start(plan))
        return (exit, String(decoding: FileReading.prefix(of: scratch + "/out") ?? [], as: UTF8.self))
    }

    /// Ends the spawner and removes the directory.
    ///
    /// - Returns: whether nothing unexpected was left in the directory.
    package func finish() async -> Bool {
        await spawner.stop()
        for i in 1...max(1, last.withLock { $0 }) { unlink("\(directory)/plan\(i)") }
        for name in ["out", "err", "in", "fifo", "pid"] { unlink(scratch + "/" + name) }
        rmdir(scratch)
        return rmdir(directory) == 0
    }
}
