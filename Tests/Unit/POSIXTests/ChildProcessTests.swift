import Glibc
import Testing

@testable import POSIX

@Suite struct ChildProcessTests {
    private func text(_ arguments: [String], input: ChildProcess.Stream = .null, limit: Int = 1 << 20) throws -> String {
        String(decoding: try ChildProcess.output(of: arguments, input: input, limit: limit).bytes, as: UTF8.self)
    }

    @Test func output() throws {
        #expect(try text(["printf", "%s-%s", "a b", "c"]) == "a b-c")
        #expect(try text(["/bin/cat"]) == "")
    }

    @Test(arguments: [("exit 7", ProcessEnding.code(7)), ("kill -TERM $$", .signal(Int(SIGTERM), dumpedCore: false)), ("", .code(0))])
    func ending(_ script: String, _ ending: ProcessEnding) throws {
        #expect(try ChildProcess.output(of: ["/bin/sh", "-c", script], limit: 10).ending == ending)
    }

    @Test func programsThatAreNotThere() {
        #expect(throws: SystemError("starting /nowhere", ENOENT)) { try ChildProcess.output(of: ["/nowhere"], limit: 10) }
        #expect(throws: SystemError("starting a program", EINVAL)) { try ChildProcess.output(of: [], limit: 10) }
    }

    /// The program would write for ever: that it ends shows that it was killed.
    @Test func tooMuchOutput() {
        #expect(throws: SystemError("reading more than 1000 bytes", EFBIG)) { try ChildProcess.output(of: ["yes"], limit: 1000) }
    }

    @Test func environment() throws {
        let pipe = try Pipe()
        let child = try ChildProcess("/usr/bin/env", arguments: ["env"], environment: ["ONLY=this"], output: .descriptor(pipe.writing))
        close(pipe.writing)
        #expect(String(decoding: try FileReading.contents(of: pipe.reading, limit: 1000), as: UTF8.self) == "ONLY=this\n")
        close(pipe.reading)
        #expect(child.wait() == .code(0))
        #expect(child.wait() == nil)
    }

    @Test func signalsAndSession() throws {
        let pipe = try Pipe()
        let script = """
            while read -r name value; do case $name in SigBlk:) echo $value;; esac; done < /proc/self/status
            set -- $(cat /proc/$$/stat); [ $6 = $$ ] && echo session
            """
        let child = try ChildProcess(
            "/bin/sh", arguments: ["sh", "-c", script], input: .null, output: .descriptor(pipe.writing), hasOwnSession: true, unblocksSignals: true)
        close(pipe.writing)
        #expect(String(decoding: try FileReading.contents(of: pipe.reading, limit: 1000), as: UTF8.self) == "0000000000000000\nsession\n")
        close(pipe.reading)
        #expect(child.wait() == .code(0))
    }

    /// Our end of the pipe does not reach the child, so that its input ends.
    @Test func descriptorsAreNotInherited() throws {
        let pipe = try Pipe()
        let child = try ChildProcess("cat", arguments: ["cat"], input: .descriptor(pipe.reading), output: .null)
        close(pipe.reading)
        close(pipe.writing)
        #expect(child.wait() == .code(0))
    }
}
