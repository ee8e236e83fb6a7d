import Glibc
import POSIX

/// Reads and writes files of the control group file system.
enum CgroupFile {
    /// The number on the first line; nil for `max`, or if the file cannot be read.
    static func number(_ path: String) -> Int64? {
        guard let text = FileReading.prefix(of: path) else { return nil }
        return Int64(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// The words in a file; empty if it cannot be read.
    static func words(_ path: String) -> [String] {
        (FileReading.prefix(of: path) ?? []).split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a value.
    static func write(_ text: String, to path: String) throws(SystemError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("opening \(path)") }
        defer { close(file) }
        guard Glibc.write(file, text, text.utf8.count) == text.utf8.count else { throw SystemError("writing \(text) to \(path)") }
    }
}
