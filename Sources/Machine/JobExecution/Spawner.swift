import CSpawn
import Glibc
import NIOPosix
package import POSIX
import Synchronization

/// The process that starts jobs: this program once more, in the role of `CSpawn`'s spawner.
///
/// A fork of this process would copy the tables of all its memory for each job, and is not safe with threads; the spawner is small and has one thread.
/// It ends with this process. The plans of running jobs say whether they end, too.
package final class Spawner: Sendable {
    package enum Report: Sendable, Equatable {
        /// The job's first process runs.
        case executing(run: UInt64)
        /// The plan file tells how it ended.
        case exited(run: UInt64)
        /// Nothing was started. With an error there was not even a supervisor; otherwise the plan file tells more.
        case failed(run: UInt64, cloneError: Int32?)
    }

    private struct State {
        var commands: Int32
        var process: pid_t
    }

    private let state: Mutex<State>
    private let reports: Int32
    /// Where supervisors write to.
    private let reportsEnd: Int32
    private let reader = NIOThreadPool(numberOfThreads: 1)

    /// Starts the process.
    ///
    /// - Parameter onReports: called on a thread of the spawner's own with the reports since the last call; must not block for long.
    package init(onReports: @escaping @Sendable ([Report]) -> Void) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else { throw SystemError("making a pipe") }
        reports = ends[0]
        reportsEnd = ends[1]
        do throws(SystemError) {
            state = Mutex(try Self.launch(reports: ends[1]))
        } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
        reader.start()
        reader.submit { [reports] _ in Self.readReports(reports, onReports) }
    }

    /// Ends the process. Jobs are killed if their plans say so, the others go on; nothing is reported any more.
    package func stop() async {
        let process: pid_t? = state.withLock { state in
            guard state.commands >= 0 else { return nil }
            close(state.commands)
            state.commands = -1
            // Ends the reader even where supervisors still have the other end.
            var end = cspawn_report(job: 0, kind: UInt32.max, error: 0)
            _ = write(reportsEnd, &end, MemoryLayout<cspawn_report>.size)
            close(reportsEnd)
            return state.process
        }
        try? await reader.shutdownGracefully()
        guard let process else { return }
        // On a thread that may wait.
        try? await NIOThreadPool.singleton.runIfActive {
            var status: Int32 = 0
            while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        }
    }

    /// Starts a job. The outcome is reported.
    ///
    /// - Parameters:
    ///   - run: a number for the reports, unique in this process.
    ///   - plan: absolute path of the plan file.
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
                // Somebody killed the spawner: another one takes its place.
                waitpid(state.process, nil, WNOHANG)
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

    /// POSIX_SPAWN_SETSID of glibc, which its module map hides.
    private static let newSession: Int16 = 0x80

    private static func launch(reports: Int32) throws(SystemError) -> State {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemError("making a socket pair")
        }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, reports, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, newSession)
        var process: pid_t = 0
        // Nothing of our environment: jobs inherit none of it, and it is there for everybody of the same account to read.
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(CSPAWN_NAME), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = []
        if let libraries = getenv("LD_LIBRARY_PATH") { environment.append(strdup("LD_LIBRARY_PATH=" + String(cString: libraries))) }
        environment.append(nil)
        defer { (arguments + environment).forEach { free($0) } }
        let result = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &arguments, &environment)
        guard result == 0 else {
            close(ends[0])
            throw SystemError("starting the spawner", result)
        }
        return State(commands: ends[0], process: process)
    }

    private static func readReports(_ file: Int32, _ handler: ([Report]) -> Void) {
        defer { close(file) }
        let size = MemoryLayout<cspawn_report>.stride
        var buffer = [cspawn_report](repeating: cspawn_report(), count: 256)
        while true {
            let length = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if length < 0, errno == EINTR { continue }
            // Reports are written in one piece each, and read in such pieces.
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
