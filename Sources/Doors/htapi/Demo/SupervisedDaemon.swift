import Glibc
import POSIX

/// A daemon below a supervising shell that waits on a pipe to this process. When the pipe ends, because the demo stops or because it was killed,
/// the shell takes the daemon down, kills what is left of it and removes the directory if that is temporary.
struct SupervisedDaemon: Sendable {
    private let supervisor: ChildProcess
    /// Our end of the pipe the supervisor waits on; closing it ends the daemon.
    private let lifeline: Int32

    /// Waits for the end of standard input, or of the daemon; then nothing of it may be left. What a job left running is known by its environment,
    /// which names its scratch directory, and HTCondor's daemons by what they inherit from their master.
    private static let supervision = """
        directory=$1 temporary=$2 signal=$3; shift 3
        exec 3<&0
        "$@" <&3 >>"$directory/log/daemon" 2>&1 3<&- &
        daemon=$!
        ( read -r line <&3; kill -s "$signal" "$daemon"
          round=0; while [ $round -lt 100 ]; do sleep 0.1; kill -0 "$daemon" || exit; round=$((round + 1)); done
          kill -KILL "$daemon" ) >/dev/null 2>&1 &
        lifeline=$!
        trap 'kill -s "$signal" "$daemon"' TERM INT HUP
        while kill -0 "$daemon" 2>/dev/null; do wait "$daemon"; done
        kill -KILL "$lifeline" 2>/dev/null
        for round in 1 2 3; do
            for file in $(grep -lzsF "_CONDOR_SCRATCH_DIR=$directory/" /proc/[0-9]*/environ); do
                process=${file#/proc/}; kill -KILL "${process%/environ}" 2>/dev/null
            done
            for file in $(grep -lzsF "CONDOR_CONFIG=$directory/" /proc/[0-9]*/environ); do
                process=${file#/proc/}; grep -qzs '^CONDOR_INHERIT=' "$file" && kill -KILL "${process%/environ}" 2>/dev/null
            done
        done
        if $temporary; then chmod -R u+rwX "$directory"; rm -rf "$directory"; else rm -f "$directory/url" "$directory/schedd_address"; fi
        """

    /// Starts a command. Its standard input ends with this process, its output goes to `log/daemon`, and `signal` ends it in order.
    init(_ command: [String], in directory: DemoDirectory, signal: String) throws(DemoFailure) {
        guard let pipe = try? Pipe() else { throw DemoFailure(failed: "cannot make a pipe") }
        defer { close(pipe.reading) }
        let arguments = ["/bin/sh", "-c", Self.supervision, "htapi-demo", directory.path, String(directory.isTemporary), signal] + command

        do throws(SystemError) {
            // A session of its own: Ctrl-C in the terminal reaches the demo alone, which then stops the daemon in order. A shell that has SIGCHLD
            // blocked does not see its children end and waits for ever.
            supervisor = try ChildProcess(
                "/bin/sh", arguments: arguments, input: .descriptor(pipe.reading), hasOwnSession: true, unblocksSignals: true)
        } catch {
            close(pipe.writing)
            throw DemoFailure("cannot start a shell: \(error.text)")
        }
        lifeline = pipe.writing
    }

    /// Whether the daemon has ended by itself, and everything of it with it. The supervisor is still to be waited for.
    var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(supervisor.pid), &information, WEXITED | WNOHANG | WNOWAIT) != 0 || information.si_signo != 0
    }

    /// Takes the daemon down and waits until nothing of it is left.
    func stop() {
        close(lifeline)
        supervisor.wait()
    }
}
