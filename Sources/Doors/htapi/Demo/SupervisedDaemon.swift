import Glibc
import POSIX

/// A daemon under a supervising shell that waits on a pipe to this process. When the pipe ends, because the demo stops or was killed, the shell
/// stops the daemon, kills its remaining processes and removes the directory if it is temporary.
struct SupervisedDaemon: Sendable {
    private let supervisor: ChildProcess
    /// Our end of the pipe that the supervisor waits on. Closing it ends the daemon.
    private let lifeline: Int32

    /// Waits for the end of standard input or of the daemon, then kills whatever is left. Processes of jobs are recognised by their environment,
    /// which names their scratch directory, and HTCondor's daemons by what they inherit from their master.
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

    /// Starts a command. Its standard input ends with this process, its output goes to `log/daemon`, and `signal` shuts it down.
    init(_ command: [String], in directory: DemoDirectory, signal: String) throws(DemoFailure) {
        guard let pipe = try? Pipe() else { throw DemoFailure(failed: "cannot make a pipe") }
        defer { close(pipe.reading) }
        let arguments = ["/bin/sh", "-c", Self.supervision, "htapi-demo", directory.path, String(directory.isTemporary), signal] + command

        do throws(SystemError) {
            // The supervisor gets its own session, so that Ctrl-C reaches only the demo, which then shuts the daemon down. A shell with SIGCHLD
            // blocked does not notice when its children end and would wait for ever.
            supervisor = try ChildProcess(
                "/bin/sh", arguments: arguments, input: .descriptor(pipe.reading), hasOwnSession: true, unblocksSignals: true)
        } catch {
            close(pipe.writing)
            throw DemoFailure("cannot start a shell: \(error.text)")
        }
        lifeline = pipe.writing
    }

    /// Whether the daemon and all its processes have ended by themselves. The supervisor must still be waited for.
    var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(supervisor.pid), &information, WEXITED | WNOHANG | WNOWAIT) != 0 || information.si_signo != 0
    }

    /// Stops the daemon and waits until none of its processes is left.
    func stop() {
        close(lifeline)
        supervisor.wait()
    }
}
