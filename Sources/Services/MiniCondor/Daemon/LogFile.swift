package import Logging

import Glibc
import Synchronization

/// A log file with one line per event. A file that has grown large is renamed to `<name>.old`, as HTCondor does.
package struct LogFile: LogHandler {
    /// Size of the file, in bytes, at which a new one is started.
    private static let maximumSize: Int64 = 10 << 20

    /// The open file, shared by all copies of the handler.
    private final class Target: Sendable {
        private struct State {
            var descriptor: Int32
            var size: Int64
        }

        private let path: String
        private let state: Mutex<State>

        init?(_ path: String) {
            guard let descriptor = Self.open(path) else { return nil }
            var status = stat()
            fstat(descriptor, &status)
            self.path = path
            state = Mutex(State(descriptor: descriptor, size: Int64(status.st_size)))
        }

        deinit { close(state.withLock { $0.descriptor }) }

        private static func open(_ path: String) -> Int32? {
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
            return descriptor >= 0 ? descriptor : nil
        }

        func write(_ line: String) {
            state.withLock { state in
                let bytes = Array(line.utf8)
                guard Glibc.write(state.descriptor, bytes, bytes.count) == bytes.count else { return }
                state.size += Int64(bytes.count)
                guard state.size > LogFile.maximumSize, rename(path, path + ".old") == 0, let fresh = Self.open(path) else { return }
                close(state.descriptor)
                state = State(descriptor: fresh, size: 0)
            }
        }
    }

    private let target: Target
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level

    /// Appends to a file; nil if the file cannot be written.
    package init?(_ path: String, level: Logger.Level) {
        guard let target = Target(path) else { return nil }
        self.target = target
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let facts = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        target.write("\(Self.now()) \(event.level) \(event.message)\(facts)\n")
    }

    /// The local time, as in HTCondor's logs.
    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
