import ClassAd
import CondorModel
import CondorProtocol
import Foundation
import Glibc
import JobExecution
import POSIX
import SpawnerBench
import Synchronization
import Testing

@testable import MiniCondor

@Suite(.serialized) struct RunnerTests {
    typealias File = RunnerBench.File

    private func withBench(
        cpus: Int = 2, adjust: @Sendable (inout StarterSettings) -> Void = { _ in }, _ body: (RunnerBench) async throws -> Void
    ) async throws {
        let bench = try RunnerBench(cpus: cpus, adjust: adjust)
        do {
            try await body(bench)
        } catch {
            await bench.finish()
            throw error
        }
        await bench.finish(keepsDirectory: true)
        #expect(RunDirectory.all(in: bench.directory + "/execute").isEmpty)
        try FileTree.remove(bench.directory)
        #expect(access(bench.directory, F_OK) == -1)
    }

    @Test func aJobWithFiles() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [
                    RunnerBench.script(
                        "cat; cat dir/sub/file; echo oops >&2; echo changed >> in.txt; echo new > made.txt; mkdir made; echo x > made/x; exit 3"),
                    File(name: "in.txt", text: "input\n"), File(name: "dir/sub/file", text: "deep\n"), File(name: "same.txt", text: "same"),
                ], ["In": "\"in.txt\"", "TransferInput": "\"in.txt,dir,same.txt\"", "LeaveJobInQueue": "true"])
            let event = await bench.wait(for: job, 5, 12)
            guard case .terminated(let end) = event else {
                Issue.record("\(event)")
                return
            }
            #expect(end.ending == .code(3))
            #expect(bench.spooled("out", of: job) == "input\ndeep\n")
            #expect(bench.spooled("err", of: job) == "oops\n")
            #expect(bench.spooled("in.txt", of: job) == "input\nchanged\n")
            #expect(bench.spooled("made.txt", of: job) == "new\n")
            #expect(bench.spooled("made/x", of: job) == nil)
            #expect(bench.attribute("SpooledOutputFiles", of: job) == "\"in.txt,made.txt\"")
            #expect(bench.attribute("JobStatus", of: job) == "4")
            #expect(bench.attribute("ExitCode", of: job) == "3")
            #expect(bench.attribute("BytesRecvd", of: job).flatMap(Double.init) == Double(end.usage.bytesReceived))
            #expect(bench.eventNumbers(of: job).filter { $0 != 6 } == [0, 40, 40, 1, 40, 40, 5])
            await bench.log.flush()
            let text = bench.spooled("log", of: job) ?? ""
            #expect(text.hasPrefix("000 (001.000.000) "))
            #expect(text.contains("\n001 (001.000.000) "))
            #expect(text.contains("\t(1) Normal termination (return value 3)\n"))
        }
    }

    @Test func listedOutputWithDirectories() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("mkdir -p made/deep; echo x > made/deep/x; ln -s x made/deep/link; echo a > a; echo b > b")],
                ["TransferOutput": "\"made,a\"", "Out": "\"sub/out\"", "LeaveJobInQueue": "true"])
            let event = await bench.wait(for: job, 5, 12)
            if case .terminated = event {} else { Issue.record("\(event)") }
            #expect(bench.spooled("made/deep/x", of: job) == "x\n")
            #expect(bench.spooled("made/deep/link", of: job) == "x\n")
            #expect(bench.spooled("a", of: job) == "a\n")
            #expect(bench.spooled("b", of: job) == nil)
            #expect(bench.spooled("sub/out", of: job) == "")
        }
    }

    @Test func contentsOfAListedDirectory() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("mkdir -p d/sub e; echo a > d/a; echo b > d/sub/b; echo c > e/c")],
                ["TransferOutput": "\"d/,e\"", "LeaveJobInQueue": "true"])
            let event = await bench.wait(for: job, 5, 12)
            if case .terminated = event {} else { Issue.record("\(event)") }
            #expect(bench.spooled("a", of: job) == "a\n" && bench.spooled("sub/b", of: job) == "b\n" && bench.spooled("e/c", of: job) == "c\n")
            #expect(bench.spooled("d/a", of: job) == nil)
            #expect(bench.attribute("SpooledOutputFiles", of: job) == "\"d/a,d/sub,e\"")
        }
    }

    @Test func linksAmongTheListedOutput() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("mkdir d; echo a > a; ln -s a link; ln -s ../a d/link")],
                ["TransferOutput": "\"a,link,d\"", "LeaveJobInQueue": "true"])
            let event = await bench.wait(for: job, 5, 12)
            if case .terminated = event {} else { Issue.record("\(event)") }
            for name in ["a", "link", "d/link"] { #expect(bench.spooled(name, of: job) == "a\n", "\(name)") }
        }
    }

    /// As HTCondor's own starter does.
    @Test func theRestOfAnIncompleteOutputComes() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("echo a > a; echo said")], ["TransferOutput": "\"absent,a,../b\"", "Out": "\"out\""])
            await bench.wait(for: job, 12)
            #expect(bench.attribute("HoldReason", of: job)?.contains("2 total failures: first failure: reading from file ") == true)
            #expect(bench.spooled("a", of: job) == "a\n")
            #expect(bench.spooled("out", of: job) == "said\n")
        }
    }

    @Test func missingOutputHolds() async throws {
        try await withBench { bench in
            let job = try await bench.submit([RunnerBench.script("exit 0")], ["TransferOutput": "\"nothere\""])
            await bench.wait(for: job, 12)
            #expect(bench.attribute("HoldReasonCode", of: job) == "12")
            #expect(bench.attribute("HoldReasonSubCode", of: job) == "2")
            let reason = bench.attribute("HoldReason", of: job) ?? ""
            #expect(
                reason.hasPrefix(
                    "\"Transfer output files failure at execution point slot1_1@node.pool.test "
                        + "while sending files to access point node. Details: 1 total failures: first failure: reading from file "
                ))
            #expect(reason.hasSuffix("/scratch/nothere: (errno 2) No such file or directory\""))
            #expect(bench.eventNumbers(of: job).filter { $0 != 6 } == [0, 40, 40, 1, 40, 40, 4, 12])
        }
    }

    @Test func missingInputHolds() async throws {
        try await withBench { bench in
            let job = try await bench.submit([RunnerBench.script("exit 0")], ["TransferInput": "\"absent\""])
            await bench.wait(for: job, 12)
            #expect(bench.attribute("HoldReasonCode", of: job) == "13")
            #expect(bench.attribute("JobStatus", of: job) == "5")
        }
    }

    @Test func notAProgramHolds() async throws {
        try await withBench { bench in
            let job = try await bench.submit([File(name: "job.sh", text: "not a program")])
            await bench.wait(for: job, 12)
            #expect(bench.attribute("HoldReasonCode", of: job) == "6")
            #expect(bench.attribute("HoldReasonSubCode", of: job) == "8")
            let reason = bench.attribute("HoldReason", of: job) ?? ""
            #expect(reason.hasPrefix("\"Error from slot1_1@node.pool.test: Failed to execute '"))
            #expect(reason.hasSuffix("/scratch/job.sh': (errno=8: 'Exec format error')\""))
        }
    }

    @Test func environmentAndArguments() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("printf '<%s>' \"$@\"; echo; env | sort; ls -A; grep -c . .job.ad .machine.ad > /dev/null && echo ads")],
                [
                    "Arguments": "\"a 'b c' '' $$(Cpus)\"", "Environment": "\"FOO=bar 'X=1 2' OMP_NUM_THREADS=7 S=#CoNdOrScRaTcHdIr#/y\"",
                    "LeaveJobInQueue": "true",
                ])
            await bench.wait(for: job, 5, 12)
            let lines = (bench.spooled("out", of: job) ?? "").split(separator: "\n").map(String.init)
            #expect(lines.first == "<a><b c><><1>")
            let scratch = lines.first { $0.hasPrefix("_CONDOR_SCRATCH_DIR=") }.map { String($0.dropFirst(20)) } ?? ""
            for expected in [
                "FOO=bar", "X=1 2", "OMP_NUM_THREADS=7", "MKL_NUM_THREADS=1", "BATCH_SYSTEM=HTCondor", "_CONDOR_SLOT=slot1_1", "TMPDIR=\(scratch)",
                "PWD=\(scratch)", "_CONDOR_JOB_IWD=\(scratch)", "_CONDOR_JOB_AD=\(scratch)/.job.ad", "S=\(scratch)/y", ".job.ad", ".machine.ad",
                "_condor_stdout", "_condor_stderr", "job.sh", "ads",
            ] { #expect(lines.contains(expected), "\(expected)") }
            #expect(!lines.contains { $0.hasPrefix("PATH=") || $0.hasPrefix("USER=") })
        }
    }

    @Test func holdAndRelease() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("[ -e again ] || sleep 1000"), File(name: "x", text: "")], ["LeaveJobInQueue": "true"])
            await bench.wait(for: job, 1)
            _ = try await bench.queue.act(.hold, .jobs([job]), reason: "via condor_hold", by: RunnerBench.alice)
            await bench.wait(for: job, 12)
            #expect(bench.attribute("JobStatus", of: job) == "5")
            #expect(bench.eventNumbers(of: job).filter { $0 != 6 } == [0, 40, 40, 1, 4, 12])
            try bench.put([File(name: "again", text: "")], in: bench.queue.spoolDirectory(of: job))
            var edit = bench.queue.begin(RunnerBench.alice)
            try edit.setAttribute(QueueKey(job), name: "TransferInput", value: "\"again\"", flags: [])
            _ = try await edit.commit()
            _ = try await bench.queue.act(.release, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 5)
            #expect(bench.attribute("ExitCode", of: job) == "0")
            #expect(bench.attribute("NumJobStarts", of: job) == "2")
        }
    }

    /// SIGTERM is ignored: SIGKILL follows.
    @Test func removal() async throws {
        try await withBench(adjust: { $0.killGrace = 1 }) { bench in
            let job = try await bench.submit([RunnerBench.script("trap '' TERM; while :; do sleep 1000; done")])
            await bench.wait(for: job, 1)
            _ = try await bench.queue.act(.remove, .jobs([job]), reason: "via condor_rm", by: RunnerBench.alice)
            await bench.wait(for: job, 9)
            #expect(bench.queue.job(job) == nil)
        }
    }

    @Test func vacateAndRunAgain() async throws {
        try await withBench { bench in
            let job = try await bench.submit([RunnerBench.script("sleep 1000")])
            await bench.wait(for: job, 1)
            _ = try await bench.queue.act(.vacateFast, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 1, times: 2)
            #expect(bench.attribute("NumVacates", of: job) == "1")
            _ = try await bench.queue.act(.remove, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 9)
        }
    }

    @Test func suspension() async throws {
        try await withBench { bench in
            let job = try await bench.submit([RunnerBench.script("sleep 1000")])
            await bench.wait(for: job, 1)
            _ = try await bench.queue.act(.suspend, .jobs([job]), by: RunnerBench.alice)
            let event = await bench.wait(for: job, 10)
            if case .suspended(let count) = event { #expect(count >= 1) } else { Issue.record("\(event)") }
            #expect(bench.attribute("JobStatus", of: job) == "7")
            _ = try await bench.queue.act(.resume, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 11)
            #expect(bench.attribute("JobStatus", of: job) == "2")
            // A suspended job can be removed.
            _ = try await bench.queue.act(.suspend, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 10, times: 2)
            _ = try await bench.queue.act(.remove, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 9)
        }
    }

    @Test func retries() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("exit 1")],
                ["JobMaxRetries": "2", "OnExitRemove": "NumJobCompletions > JobMaxRetries || ExitCode =?= 0", "LeaveJobInQueue": "true"])
            await bench.wait(for: job, 5)
            #expect(bench.attribute("NumJobCompletions", of: job) == "3")
            #expect(bench.attribute("NumJobStarts", of: job) == "3")
        }
    }

    @Test func memoryExcessHolds() async throws {
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("head -c 300m /dev/zero | tail -c 290m | sleep 1000 & x=$(head -c 250m /dev/zero | tr '\\0' x); sleep 1000")],
                ["RequestMemory": "64"])
            await bench.wait(for: job, 12)
            #expect(bench.attribute("HoldReasonCode", of: job) == "34")
            #expect(bench.attribute("HoldReasonSubCode", of: job) == "102")
            #expect(
                bench.attribute("HoldReason", of: job)?.contains("Job has gone over cgroup memory limit of 128 megabytes. Last measured usage: ")
                    == true)
        }
    }

    /// More jobs than slots, of two users: everything runs, and not more at a time than fits.
    @Test func manyJobs() async throws {
        try await withBench(cpus: 3) { bench in
            let first = try await bench.submit([RunnerBench.script("exit 0")], count: 30, as: RunnerBench.alice)
            let second = try await bench.submit([RunnerBench.script("exit 0")], count: 30, as: RunnerBench.bob)
            for proc in 0..<30 {
                for cluster in [first.cluster, second.cluster] { await bench.wait(for: try #require(JobID(cluster: cluster, proc: proc)), 5, 12) }
            }
            #expect(bench.queue.counts.jobs == 0)
            #expect(bench.runner.slotAds.count >= 1)
        }
    }

    /// What a job of one user must not see: the scheduler's files, and what belongs to another job.
    @Test func secretsAreOutOfReach() async throws {
        try await withBench { bench in
            let key = bench.directory + "/signing.key"
            try Data("secret".utf8).write(to: URL(fileURLWithPath: key))
            chmod(key, 0o600)
            let other = try await bench.submit([RunnerBench.script("echo private > mine; sleep 1000")], as: RunnerBench.bob)
            await bench.wait(for: other, 1)
            let script = """
                cat \(key); cat \(bench.directory)/jobs.sqlite | head -c 10; cat \(bench.directory)/execute/dir_1/scratch/mine
                ls \(bench.directory)/spool; cat \(bench.queue.spoolDirectory(of: other))/job.sh
                for p in /proc/[0-9]*; do cat $p/root\(key) $p/environ 2>/dev/null | grep -a secret; ls -l $p/fd 2>/dev/null | grep sqlite; done
                ln -s \(key) stolen; ln -s \(key) _condor_stdout.link; kill -9 -1; echo done
                """
            let job = try await bench.submit(
                [RunnerBench.script("trap '' HUP\n" + script)], ["LeaveJobInQueue": "true", "TransferOutput": "\"stolen\""])
            let event = await bench.wait(for: job, 5, 12)
            let output = bench.spooled("out", of: job) ?? ""
            guard bench.runner.state.withLock({ $0.isolation.contains(.mounts) }) || geteuid() == 0 else { return }
            #expect(!output.contains("secret") && !output.contains("private") && !output.contains("SQLite") && !output.contains("#!/bin/sh"))
            #expect(bench.spooled("stolen", of: job) == nil)
            if case .held(_, let code, _) = event { #expect(code == 12) } else { Issue.record("\(event)") }
            #expect(bench.attribute("JobStatus", of: other) == "2")
            // By way of the scheduler, which can read all of it.
            for (name, value) in [("TransferInput", "\"\(key)\""), ("Cmd", "\"\(key)\""), ("In", "\"\(key)\"")] {
                let thief = try await bench.submit(
                    [RunnerBench.script("exit 0")], [name: value, "Iwd": "\"/tmp\"", "UserLog": "\"\(bench.directory)/planted\""])
                await bench.wait(for: thief, 12)
                #expect(bench.attribute("HoldReasonCode", of: thief) == "13")
            }
            #expect(access(bench.directory + "/planted", F_OK) == -1)
            _ = try await bench.queue.act(.remove, .jobs([other]), by: RunnerBench.bob)
            await bench.wait(for: other, 9)
        }
    }

    /// The runner finds what this machine allows, with the scheduler below /tmp and a /tmp of the job's own.
    @Test func namespaces() async throws {
        let spawner = try SpawnerBench()
        var allowed: Isolation = []
        for candidate in Isolation.candidates(isRoot: geteuid() == 0) {
            var plan = spawner.plan("", isolation: candidate)
            plan.program = ""
            if case .exited? = try await spawner.phase(plan) {
                allowed = candidate
                break
            }
        }
        #expect(await spawner.finish())
        let file = "/tmp/htapi-mine-\(getpid())"
        defer { unlink(file) }
        try await withBench { bench in
            let job = try await bench.submit(
                [RunnerBench.script("ls /tmp; echo mine > \(file); ls /proc | grep -c '^[0-9]'; cat \(file)")], ["LeaveJobInQueue": "true"])
            await bench.wait(for: job, 5, 12)
            let isolation = bench.runner.state.withLock { $0.isolation }
            #expect(isolation == allowed)
            let lines = (bench.spooled("out", of: job) ?? "").split(separator: "\n").map(String.init)
            #expect(lines.last == "mine")
            if isolation.contains(.mounts) { #expect(lines.first == FileAccess.baseName(bench.directory)) }
            if isolation.contains(.processes), lines.count == 3 { #expect(Int(lines[1]).map { $0 <= 5 } == true) }
            #expect(access(file, F_OK) == -1 || !isolation.contains(.mounts))
        }
    }

    @Test func liveOutput() async throws {
        try await withBench { bench in
            let job = try await bench.submit([RunnerBench.script("echo early; echo named > file; ln -s /etc/passwd link; touch ready; sleep 1000")])
            await bench.wait(for: job, 1)
            let sandbox = try #require(bench.runner.liveSandbox(of: job))
            #expect(sandbox.slot == "slot1_1@node.pool.test")
            #expect(sandbox.output == LiveSandbox.File(directory: sandbox.directory, name: "_condor_stdout"))
            #expect(sandbox.error == LiveSandbox.File(directory: sandbox.directory, name: "_condor_stderr"))
            let directory = try DirectoryHandle(path: sandbox.directory)
            while directory.entry("ready") == nil { await Task.yield() }
            #expect(bench.text(sandbox.directory + "/_condor_stdout") == "early\n")
            #expect(throws: SystemError.self) { try directory.openFile("link") }
            _ = try await bench.queue.act(.remove, .jobs([job]), by: RunnerBench.alice)
            await bench.wait(for: job, 9)
            #expect(bench.runner.liveSandbox(of: job) == nil)
        }
    }

    /// The scheduler goes away and comes back: one job runs on, one has ended meanwhile, one is gone.
    @Test func recovery() async throws {
        let adjust: @Sendable (inout StarterSettings) -> Void = { $0.endsWithScheduler = false }
        var bench = try RunnerBench(cpus: 3, adjust: adjust)
        let lasting = try await bench.submit(
            [RunnerBench.script("while [ ! -e go ]; do sleep 0.05; done; echo lasted; exit 4")], ["LeaveJobInQueue": "true"])
        let ending = try await bench.submit(
            [RunnerBench.script("while [ ! -e go ]; do sleep 0.05; done; echo ended > made; exit 5")], ["LeaveJobInQueue": "true"])
        let gone = try await bench.submit([RunnerBench.script("sleep 1000")], ["LeaveJobInQueue": "true"])
        for job in [lasting, ending, gone] { await bench.wait(for: job, 1) }
        let directories = bench.runner.state.withLock { state in Dictionary(state.runs.values.map { ($0.job, $0.directory) }) { $1 } }
        await bench.finish(keepsDirectory: true)
        let endingDirectory = try #require(directories[ending], "\(bench.eventNumbers(of: ending)) \(directories)")
        let goneDirectory = try #require(directories[gone])
        try Data().write(to: URL(fileURLWithPath: endingDirectory.scratch + "/go"))
        chmod(endingDirectory.scratch + "/go", 0o644)
        for directory in [endingDirectory, goneDirectory] {
            while SupervisorState.read(path: directory.plan) == nil { await Task.yield() }
            let state = try #require(SupervisorState.read(path: directory.plan))
            if directory == goneDirectory { kill(state.supervisor, SIGKILL) }
            let plan = open(directory.plan, O_RDONLY)
            flock(plan, LOCK_SH)
            close(plan)
        }
        // What runs the second time.
        try bench.put([RunnerBench.script("exit 6")], in: bench.queue.spoolDirectory(of: gone))
        bench = try RunnerBench(in: bench.directory, cpus: 3, adjust: adjust)
        await bench.wait(for: ending, 5)
        #expect(bench.attribute("ExitCode", of: ending) == "5")
        #expect(bench.spooled("made", of: ending) == "ended\n")
        #expect(bench.attribute("NumJobStarts", of: ending) == "1")
        await bench.wait(for: gone, 5)
        #expect(bench.attribute("ExitCode", of: gone) == "6")
        #expect(bench.attribute("JobStatus", of: lasting) == "2")
        let lastingDirectory = try #require(directories[lasting])
        try Data().write(to: URL(fileURLWithPath: lastingDirectory.scratch + "/go"))
        chmod(lastingDirectory.scratch + "/go", 0o644)
        await bench.wait(for: lasting, 5)
        #expect(bench.attribute("ExitCode", of: lasting) == "4")
        #expect(bench.spooled("out", of: lasting) == "lasted\n")
        #expect(bench.attribute("NumJobStarts", of: lasting) == "1")
        await bench.finish()
    }
}
