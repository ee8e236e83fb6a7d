import Glibc

/// An `errno` and the action that failed.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The `errno`.
    package var number: Int32
    /// The action that failed, such as `opening /tmp/file` or `cannot open x`.
    package var doing: String

    /// - Parameters:
    ///   - doing: the action that failed.
    ///   - number: the error; by default that of this thread's last system call.
    package init(_ doing: String, _ number: Int32 = errno) {
        self.number = number
        self.doing = doing
    }

    /// The system's text for the number, for example `No such file or directory`.
    package var text: String { Self.text(number) }

    /// The action and the system's text, for example `cannot open x: No such file or directory`.
    package var sentence: String { "\(doing): \(text)" }

    package var description: String { "\(sentence) (errno \(number))" }

    /// The system's text for an error number.
    package static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
