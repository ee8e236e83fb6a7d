package import Glibc

/// A process started with `posix_spawn`, which must be waited for.
package struct ChildProcess: Sendable {
    package let pid: pid_t

    /// The source or the target of a standard stream.
    package enum Stream: Sendable {
        /// The stream of this process.
        case inherited
        /// `/dev/null`.
        case null
        /// A descriptor of this process, which may be marked close-on-exec.
        case descriptor(Int32)
    }

    /// `POSIX_SPAWN_SETSID` of glibc, which its module map hides.
    private static let newSession: Int16 = 0x80

    /// Starts a program. It inherits all descriptors of this process that are not marked close-on-exec.
    ///
    /// - Parameters:
    ///   - program: its path, or a name without a slash, which is looked up in `PATH`.
    ///   - arguments: begin with the name of the program.
    ///   - environment: entries `NAME=value`; nil for the environment of this process.
    ///   - hasOwnSession: whether to shield it from the signals of this process's terminal.
    ///   - unblocksSignals: whether to unblock all signals, whatever the current thread blocks. Threads of Swift's concurrency block most signals.
    package init(
        _ program: String, arguments: [String], environment: [String]? = nil, input: Stream = .inherited, output: Stream = .inherited,
        error: Stream = .inherited, hasOwnSession: Bool = false, unblocksSignals: Bool = false
    ) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in [(0, input), (1, output), (2, error)] as [(Int32, Stream)] {
            switch stream {
            case .inherited: break
            case .null: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var flags: Int16 = 0
        if hasOwnSession { flags |= Self.newSession }
        if unblocksSignals {
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            flags |= Int16(POSIX_SPAWN_SETSIGMASK)
        }
        posix_spawnattr_setflags(&attributes, flags)

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = (environment ?? []).map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        let failure =
            environment == nil
            ? posix_spawnp(&process, program, &actions, &attributes, &words, environ)
            : posix_spawnp(&process, program, &actions, &attributes, &words, &variables)
        guard failure == 0 else { throw SystemError("starting \(program)", failure) }
        pid = process
    }

    /// Waits until the process has ended.
    ///
    /// - Returns: nil if it is no longer a child of this process, for example because somebody else has waited for it.
    @discardableResult package func wait() -> ProcessEnding? {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        return ProcessEnding(status: status)
    }

    /// Runs a program and returns its standard output.
    ///
    /// - Parameters:
    ///   - arguments: the program, looked up in `PATH` if it has no slash, and its arguments.
    ///   - limit: a program that writes more bytes is killed.
    /// - Throws: EINVAL without a program, EFBIG if it wrote too much.
    package static func output(of arguments: [String], input: Stream = .inherited, limit: Int) throws(SystemError) -> (
        bytes: [UInt8], ending: ProcessEnding
    ) {
        guard let program = arguments.first else { throw SystemError("starting a program", EINVAL) }
        let pipe = try Pipe()
        defer { close(pipe.reading) }
        let child: ChildProcess
        do throws(SystemError) {
            child = try ChildProcess(program, arguments: arguments, input: input, output: .descriptor(pipe.writing), unblocksSignals: true)
        } catch {
            close(pipe.writing)
            throw error
        }
        close(pipe.writing)
        do throws(SystemError) {
            let bytes = try FileReading.contents(of: pipe.reading, limit: limit)
            return (bytes, child.wait() ?? .code(0))
        } catch {
            kill(child.pid, SIGKILL)
            child.wait()
            throw error
        }
    }
}
