import Glibc

/// Why something could not be done with a file of a sandbox.
struct FileError: Error, Sendable, Equatable {
    /// A Linux number.
    var errno: Int32
    /// What, and with which file: its name within the sandbox.
    var action: String

    init(_ action: String, _ number: Int32 = Glibc.errno) {
        self.action = action
        errno = number
    }

    var text: String { "\(action): \(String(cString: strerror(errno)))" }
}
