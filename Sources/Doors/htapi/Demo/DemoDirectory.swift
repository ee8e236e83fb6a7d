import Glibc
import POSIX

/// The directory of a demo: its state, and the files that scripts need.
///
///     url                       http://127.0.0.1:8080
///     condor_config             for stock tools: CONDOR_CONFIG=<directory>/condor_config
///     schedd_address            HTCondor's address file
///     tokens/alice|bob|admin    tokens of the users (0600)
///     signing.key               signs them (0600)
///     log/
struct DemoDirectory: Sendable {
    /// An absolute path.
    let path: String
    /// Whether the directory is removed with the demo.
    let isTemporary: Bool

    var url: String { path + "/url" }
    var condorConfig: String { path + "/condor_config" }
    var scheddAddress: String { path + "/schedd_address" }
    var signingKey: String { path + "/signing.key" }
    func token(_ user: String) -> String { "\(path)/tokens/\(user)" }

    /// Creates a temporary directory, or uses the named one. A named directory is created if missing, and must not be in use by another demo.
    init(_ wanted: String?) throws(DemoFailure) {
        if let wanted {
            guard mkdir(wanted, 0o755) == 0 || errno == EEXIST else { throw DemoFailure(failed: "cannot make \(wanted)") }
            guard let resolved = realpath(wanted, nil) else { throw DemoFailure(failed: wanted) }
            defer { free(resolved) }
            path = String(cString: resolved)
            isTemporary = false
            try lock()
        } else {
            let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var template = Array((parent + "/htapi-demo.XXXXXX").utf8CString)
            let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkdtemp($0) != nil } ?? false }
            guard made else { throw DemoFailure(failed: "cannot make a directory in \(parent)") }
            path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            isTemporary = true
            // Jobs under other accounts must be able to reach their own directories. Secret files have stricter modes.
            chmod(path, 0o711)
        }
        for name in ["log", "tokens"] { try make(name, mode: name == "tokens" ? 0o700 : 0o755) }
        unlink(scheddAddress)
        unlink(url)
    }

    /// Takes a lock that is held until this process ends.
    private func lock() throws(DemoFailure) {
        let file = open(path + "/demo.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw DemoFailure(failed: "cannot write in \(path)") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw DemoFailure("another demo runs in \(path)") }
    }

    /// Makes a subdirectory unless it exists.
    func make(_ name: String, mode: mode_t) throws(DemoFailure) {
        guard mkdir("\(path)/\(name)", mode) == 0 || errno == EEXIST else { throw DemoFailure(failed: "cannot make \(path)/\(name)") }
    }

    /// Writes a file in the directory atomically.
    func write(_ bytes: [UInt8], to name: String, mode: mode_t) throws(DemoFailure) {
        let target = "\(path)/\(name)"
        do throws(SystemError) {
            try FileWriting.replace(target, with: bytes, mode: mode)
        } catch {
            throw DemoFailure("cannot write \(target): \(error.text)")
        }
    }

    /// The first line of a file; nil until there is a complete line.
    func firstLine(of path: String) -> String? {
        let text = Self.text(of: path)
        return text.utf8.firstIndex(of: 0x0A).map { String(text[..<$0]) }
    }

    /// The last part of the scheduler's output.
    var logTail: String { String(Self.text(of: path + "/log/daemon").suffix(2000)) }

    private static func text(of path: String) -> String {
        String(decoding: FileReading.prefix(of: path, limit: 65_536) ?? [], as: UTF8.self)
    }

    /// Removes a temporary directory that was not used.
    func discard() {
        guard isTemporary else { return }
        _ = try? ChildProcess("/bin/rm", arguments: ["rm", "-rf", path]).wait()
    }

    /// Shell commands that export the locations for scripts. Secrets are referenced, not printed.
    func exports(url: String) -> String {
        func quoted(_ text: String) -> String { "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'" }
        return """
            export HTAPI_URL=\(quoted(url))
            export HTAPI_DEMO_DIR=\(quoted(path))
            export HTAPI_TOKEN="$(cat \(quoted(token("alice"))))"
            export CONDOR_CONFIG=\(quoted(condorConfig))
            """
    }
}
