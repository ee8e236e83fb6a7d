import Foundation
import Glibc
import POSIX
import SpawnerBench
import Testing

@testable import JobExecution

@Suite(.serialized) struct SpawnerTests {
    private func withBench(_ body: (SpawnerBench) async throws -> Void) async throws {
        let bench = try SpawnerBench()
        do {
            try await body(bench)
        } catch {
            _ = await bench.finish()
            throw error
        }
        #expect(await bench.finish())
    }

    @Test func exitCodeAndOutput() async throws {
        try await withBench { bench in
            let (exit, text) = try await bench.output(bench.plan("echo hello; exit 7"))
            #expect(exit.ending == .code(7))
            #expect(text == "hello\n")
            #expect(exit.startedAt > 0 && exit.endedAt >= exit.startedAt)
        }
    }

    @Test func signal() async throws {
        try await withBench { bench in
            let exit = try await bench.exit(bench.start(bench.plan("kill -TERM $$")))
            #expect(exit.ending == .signal(Int(SIGTERM), dumpedCore: false))
        }
    }

    /// No variable of ours, no open file, no blocked or ignored signal, a session of its own.
    @Test func cleanStart() async throws {
        try await withBench { bench in
            let (_, text) = try await bench.output(
                bench.plan(
                    """
                    env | sort; ls /proc/self/fd; while read -r name value; do case $name in SigBlk:|SigIgn:) echo $name $value;; esac; done < \
                    /proc/self/status; set -- $(cat /proc/$$/stat); [ $5 = $$ ] && [ $6 = $$ ] && echo session; umask
                    """
                ))
            #expect(
                text == "PATH=/usr/bin:/bin\nPWD=\(bench.scratch)\n0\n1\n2\n3\nSigBlk: 0000000000000000\nSigIgn: 0000000000000000\nsession\n0022\n")
        }
    }

    @Test func notAProgram() async throws {
        try await withBench { bench in
            var plan = bench.plan("")
            plan.program = "/etc/passwd"
            let phase1 = try await bench.phase(plan)
            #expect(phase1 == .failed(LaunchFailure(stage: .execute, error: EACCES)))
            plan.program = "/nowhere"
            let phase2 = try await bench.phase(plan)
            #expect(phase2 == .failed(LaunchFailure(stage: .execute, error: ENOENT)))
            plan.workingDirectory = "/nowhere"
            let phase3 = try await bench.phase(plan)
            #expect(phase3 == .failed(LaunchFailure(stage: .directory, error: ENOENT)))
            plan.workingDirectory = bench.scratch
            plan.input = "none"
            let phase4 = try await bench.phase(plan)
            #expect(phase4 == .failed(LaunchFailure(stage: .input, error: ENOENT)))
        }
    }

    @Test func unacceptablePlans() throws {
        var plan = LaunchPlan(
            program: "/bin/true", arguments: [Array("a\0b".utf8)], environment: [], workingDirectory: "/", scratch: "/", account: .current,
            isolation: [],
            endsWithScheduler: true)
        #expect(throws: SystemError.self) { try plan.encoded(run: 1) }
        plan.arguments = [[UInt8]](repeating: [65], count: LaunchPlan.maximumStrings + 1)
        #expect(throws: SystemError.self) { try plan.encoded(run: 1) }
        plan.arguments = [[UInt8](repeating: 65, count: LaunchPlan.maximumLength)]
        #expect(throws: SystemError.self) { try plan.encoded(run: 1) }
    }

    /// The signal reaches the job's first process, which may clean up.
    @Test func softKill() async throws {
        try await withBench { bench in
            mkfifo(bench.scratch + "/fifo", 0o600)
            let run = try bench.start(bench.plan("trap 'echo bye; exit 3' TERM; echo ready > fifo; while :; do sleep 100 & wait $!; done"))
            await Self.awaitLine(bench.scratch + "/fifo")
            run.supervisor.signalJob(SIGTERM)
            #expect(try await bench.exit(run).ending == .code(3))
            #expect(FileReading.prefix(of: bench.scratch + "/out") == Array("bye\n".utf8))
        }
    }

    /// Everything goes, also what has left the session and what ignores signals; and what a job leaves behind when it ends.
    @Test(arguments: [true, false]) func nothingIsLeft(isKilled: Bool) async throws {
        try await withBench { bench in
            mkfifo(bench.scratch + "/fifo", 0o600)
            let stray = "setsid sh -c 'trap \"\" TERM HUP INT; (sleep 1000 & echo $! > pid; echo ready > fifo; wait) & wait' &"
            let run = try bench.start(bench.plan(stray + (isKilled ? " wait" : " read line < fifo; exit 0")))
            let supervisor: Supervisor
            if isKilled {
                await Self.awaitLine(bench.scratch + "/fifo")
                supervisor = run.supervisor
                #expect(supervisor.isAlive)
            } else {
                supervisor = run.supervisor
            }
            let members = isKilled ? ProcessTree(below: supervisor.pid).members.map(\.pid) : []
            if isKilled {
                #expect(members.count >= 3)
                supervisor.killJob()
            }
            #expect(try await bench.exit(run).ending == (isKilled ? .signal(Int(SIGKILL), dumpedCore: false) : .code(0)))
            for pid in members { #expect(kill(pid, 0) == -1 && errno == ESRCH) }
            let left = pid_t(String(decoding: FileReading.prefix(of: bench.scratch + "/pid") ?? [], as: UTF8.self).prefix { $0 != "\n" })
            if let left { #expect(kill(left, 0) == -1) }
        }
    }

    @Test func suspension() async throws {
        try await withBench { bench in
            mkfifo(bench.scratch + "/fifo", 0o600)
            let run = try bench.start(bench.plan("sh -c 'echo ready > fifo; cat fifo'"))
            await Self.awaitLine(bench.scratch + "/fifo")
            let supervisor = run.supervisor
            let count = supervisor.suspendJob()
            #expect(count >= 1)
            supervisor.resumeJob()
            let fifo = open(bench.scratch + "/fifo", O_WRONLY)
            _ = write(fifo, "x\n", 2)
            close(fifo)
            #expect(try await bench.exit(run).ending == .code(0))
        }
    }

    /// Processor time of a job counts its children, also those that were not waited for.
    @Test func usage() async throws {
        try await withBench { bench in
            let exit = try await bench.exit(bench.start(bench.plan("sh -c 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done'")))
            #expect(exit.ending == .code(0))
            #expect(exit.userCPU > 0 && exit.userCPU < 60)
            #expect(exit.maximumResidentKB > 100)
        }
    }

    @Test func plansTakenBack() async throws {
        try await withBench { bench in
            let run = try bench.start(bench.plan("exit 0"))
            _ = try await bench.exit(run)
            // The supervisor reports first and ends then.
            let plan = open(run.plan, O_RDONLY)
            flock(plan, LOCK_SH)
            close(plan)
            #expect(Supervisor.withdraw(run.plan))
            #expect(access(run.plan, F_OK) == -1)
            #expect(Supervisor.withdraw(run.plan))
        }
    }

    /// A job of the strongest isolation this machine allows sees neither other processes nor the scheduler's files.
    @Test func isolation() async throws {
        try await withBench { bench in
            var found: Isolation = []
            for candidate in Isolation.candidates(isRoot: geteuid() == 0) {
                var plan = bench.plan("", isolation: candidate)
                plan.program = ""
                plan.hidden = [bench.directory]
                if case .exited? = try await bench.outcome(bench.start(plan))?.phase {
                    found = candidate
                    break
                }
            }
            guard found.contains(.mounts) else { return }
            var plan = bench.plan(
                "ls -A \(bench.directory); ls; cat \(bench.directory)/plan1; mount --bind / /mnt; echo mine > in; cat in", isolation: found)
            plan.hidden = [bench.directory, "/etc/passwd"]
            plan.error = plan.output
            let (exit, text) = try await bench.output(plan)
            #expect(exit.ending == .code(0))
            #expect(text.hasPrefix("scratch\n"))
            #expect(text.contains("plan1: No such file"))
            #expect(text.hasSuffix("mine\n"))
            if found.contains(.processes) {
                let (_, processes) = try await bench.output(bench.plan("ls /proc | grep -c '^[0-9]'; echo $$", isolation: found))
                #expect(processes.hasSuffix("\n2\n"))
            }
        }
    }

    /// The first process hears a signal alone, its group only when it is meant.
    @Test(arguments: [false, true]) func signalsToTheGroup(isForAll: Bool) async throws {
        try await withBench { bench in
            mkfifo(bench.scratch + "/fifo", 0o600)
            // The child writes a file of its own. Where the child hears nothing, the parent kills it.
            let child = "sh -c 'trap \"echo child >> out2; exit 0\" USR1; echo ready > fifo; while :; do sleep 1000 & wait $!; done' & c=$!"
            let parent = "trap 'echo parent; [ -z \"$1\" ] || kill -KILL $c' USR1; \(child); wait $c; wait $c; exit 3"
            var plan = bench.plan(parent)
            plan.arguments += ["sh", isForAll ? "" : "kill"].map { Array($0.utf8) }
            let run = try bench.start(plan)
            await Self.awaitLine(bench.scratch + "/fifo")
            if isForAll { run.supervisor.signalGroup(SIGUSR1) } else { run.supervisor.signalJob(SIGUSR1) }
            #expect(try await bench.exit(run).ending == .code(3))
            #expect(FileReading.prefix(of: bench.scratch + "/out") == Array("parent\n".utf8))
            #expect((FileReading.prefix(of: bench.scratch + "/out2") == Array("child\n".utf8)) == isForAll)
            unlink(bench.scratch + "/out2")
        }
    }

    @Test(arguments: [true, false]) func noNewPrivileges(isWanted: Bool) async throws {
        try await withBench { bench in
            var plan = bench.plan("while read -r name value; do case $name in NoNewPrivs:) echo $value;; esac; done < /proc/self/status")
            plan.hasNoNewPrivileges = isWanted
            let own = String(decoding: FileReading.prefix(of: "/proc/self/status") ?? [], as: UTF8.self).contains("NoNewPrivs:\t1")
            let expected = isWanted || own ? "1\n" : "0\n"
            let text = try await bench.output(plan).text
            #expect(text == expected)
        }
    }

    /// A host name is set in a namespace of the job's own, and nowhere else.
    @Test func hostName() async throws {
        try await withBench { bench in
            let name = Self.nodeName()
            var plan = bench.plan("uname -n")
            plan.hostName = "job-17"
            let text = try await bench.output(plan).text
            #expect(text == name + "\n")
            plan.isolation = geteuid() == 0 ? [.hostname] : [.user, .hostname]
            let state = try await bench.outcome(bench.start(plan))
            guard case .exited(let exit)? = state?.phase else { return }
            #expect(exit.ending == .code(0))
            #expect(FileReading.prefix(of: bench.scratch + "/out") == Array("job-17\n".utf8))
            #expect(Self.nodeName() == name)
        }
    }

    /// A process in the job's group that is none of its descendants ends with the job; the job may see its group as the uppermost one.
    @Test func controlGroup() async throws {
        guard let tree = CgroupTree.make() else { return }
        defer { tree.remove() }
        let group = try JobCgroup(in: tree, name: "job")
        guard access(group.path + "/cgroup.kill", F_OK) == 0 else { return }
        try await withBench { bench in
            mkfifo(bench.scratch + "/fifo", 0o600)
            let stranger = try ChildProcess("sleep", arguments: ["sleep", "1000"], input: .null, hasOwnSession: true)
            try group.set("cgroup.procs", to: "\(stranger.pid)")
            var plan = bench.plan("cat /proc/self/cgroup; echo ready > fifo; sleep 1000", isolation: geteuid() == 0 ? [.controlGroups] : [])
            plan.cgroup = group.processFile
            let run = try bench.start(plan)
            await Self.awaitLine(bench.scratch + "/fifo")
            run.supervisor.killJob()
            #expect(try await bench.exit(run).ending == .signal(Int(SIGKILL), dumpedCore: false))
            #expect(stranger.wait() == .signal(Int(SIGKILL), dumpedCore: false))
            let lines = String(decoding: FileReading.prefix(of: bench.scratch + "/out") ?? [], as: UTF8.self).split(separator: "\n")
            if geteuid() == 0 { #expect(lines.contains("0::/")) }
            group.remove()
            #expect(access(group.path, F_OK) == -1)
        }
    }

    private static func nodeName() -> String {
        var facts = utsname()
        uname(&facts)
        return withUnsafeBytes(of: facts.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Waits for a line in a named pipe, on a thread that may block.
    private static func awaitLine(_ fifo: String) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let file = open(fifo, O_RDONLY)
                var byte: UInt8 = 0
                while read(file, &byte, 1) == 1, byte != 0x0A {}
                close(file)
                continuation.resume()
            }
        }
    }
}
