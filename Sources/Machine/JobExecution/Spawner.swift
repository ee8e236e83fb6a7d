import CSpawn
import Glibc
import NIOPosix
package import POSIX
import Synchronization

/// The process that starts jobs: another instance of this program, in the role of `CSpawn`'s spawner.
///
/// Forking this process would copy all its page tables for each job, and is not safe with threads. The spawner is small and single-threaded. It
/// ends with this process. The plans of running jobs say whether they end too.
package final class Spawner: Sendable {
    package enum Report: Sendable, Equatable {
        /// The job's first process is running.
        case executing(run: UInt64)
        /// The run has ended; the plan file holds the outcome.
        case exited(run: UInt64)
        /// Nothing was started. With an error, not even the supervisor was started; otherwise the plan file holds the details.
        case failed(run: UInt64, cloneError: Int32?)
    }

    private struct State {
        var commands: Int32
        var process: ChildProcess
    }

    private let state: Mutex<State>
    private let reports: Int32
    /// The end of the pipe that supervisors write to.
    private let reportsEnd: Int32
    private let reader = NIOThreadPool(numberOfThreads: 1)

    /// Lets this program act as its own spawner. Call this first in `main`, before other threads exist.
    ///
    /// In a process that was started as a spawner, the call does not return.
    package static func runIfAsked() { cspawn_main(CommandLine.argc, CommandLine.unsafeArgv) }

    /// Starts the spawner. The program must call ``runIfAsked()`` first in its `main`.
    ///
    /// - Parameter onReports: called with the reports since the last call, on a thread of the spawner; must not block for long.
    package init(onReports: @escaping @Sendable ([Report]) -> Void) throws(SystemError) {
        let pipe = try Pipe()
        (reports, reportsEnd) = (pipe.reading, pipe.writing)
        do throws(SystemError) {
            state = Mutex(try Self.launch(reports: pipe.writing))
        } catch {
            close(pipe.reading)
            close(pipe.writing)
            throw error
        }
        reader.start()
        reader.submit { [reports] _ in Self.readReports(reports, onReports) }
    }

    /// Ends the process. Jobs are killed if their plans say so; the others continue. Nothing is reported any more.
    package func stop() async {
        let process: ChildProcess? = state.withLock { state in
            guard state.commands >= 0 else { return nil }
            close(state.commands)
            state.commands = -1
            // Ends the reader even if supervisors still hold the other end.
            var end = cspawn_report(job: 0, kind: UInt32.max, error: 0)
            _ = write(reportsEnd, &end, MemoryLayout<cspawn_report>.size)
            close(reportsEnd)
            return state.process
        }
        try? await reader.shutdownGracefully()
        guard let process else { return }
        // Use a thread that may block.
        try? await NIOThreadPool.singleton.runIfActive {
            _ = process.wait()
        }
    }

    /// Starts a job. The outcome is reported.
    ///
    /// - Parameters:
    ///   - run: a number for the reports, unique in this process.
    ///   - plan: the plan file's absolute path.
    package func start(run: UInt64, plan: String, isolation: Isolation) throws(SystemError) {
        var command = cspawn_command()
        command.job = run
        command.clone_flags = isolation.cloneFlags
        let path = Array(plan.utf8)
        guard path.count < MemoryLayout.size(ofValue: command.plan) else { throw SystemError("starting a job from \(plan)", ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &command.plan) { $0.copyBytes(from: path) }
        let failure: Int32? = withUnsafeBytes(of: command) { bytes in
            state.withLock { state in
                guard state.commands >= 0 else { return ESHUTDOWN }
                if Self.send(state.commands, bytes) { return nil }
                guard errno == EPIPE || errno == ECONNRESET else { return errno }
                // The spawner was killed by somebody. Start another one.
                waitpid(state.process.pid, nil, WNOHANG)
                close(state.commands)
                do throws(SystemError) {
                    state = try Self.launch(reports: reportsEnd)
                } catch {
                    state.commands = -1
                    return error.number
                }
                return Self.send(state.commands, bytes) ? nil : errno
            }
        }
        if let failure { throw SystemError("sending a job to the spawner", failure) }
    }

    private static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
        while true {
            if Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count { return true }
            guard errno == EINTR else { return false }
        }
    }

    private static func launch(reports: Int32) throws(SystemError) -> State {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemError("making a socket pair")
        }
        defer { close(ends[1]) }
        do throws(SystemError) {
            // Pass nothing of our environment: jobs would inherit it, and everybody with the same account could read it.
            let libraries = EnvironmentVariables.value("LD_LIBRARY_PATH").map { ["LD_LIBRARY_PATH=" + $0] } ?? []
            let process = try ChildProcess(
                "/proc/self/exe", arguments: [CSPAWN_NAME], environment: libraries, input: .descriptor(ends[1]), output: .descriptor(reports),
                error: .null, hasOwnSession: true)
            return State(commands: ends[0], process: process)
        } catch {
            close(ends[0])
            throw SystemError("starting the spawner", error.number)
        }
    }

    private static func readReports(_ file: Int32, _ handler: ([Report]) -> Void) {
        defer { close(file) }
        let size = MemoryLayout<cspawn_report>.stride
        var buffer = [cspawn_report](repeating: cspawn_report(), count: 256)
        while true {
            let length = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if length < 0, errno == EINTR { continue }
            // Each report is written in one piece, and read the same way.
            guard length >= size else { return }
            var reports: [Report] = []
            var isEnd = false
            for message in buffer[..<(length / size)] {
                switch Int(message.kind) {
                case CSPAWN_EXECUTING: reports.append(.executing(run: message.job))
                case CSPAWN_EXITED: reports.append(.exited(run: message.job))
                case CSPAWN_FAILED: reports.append(.failed(run: message.job, cloneError: message.error == 0 ? nil : message.error))
                default: isEnd = true
                }
            }
            if !reports.isEmpty { handler(reports) }
            if isEnd { return }
        }
    }
}
