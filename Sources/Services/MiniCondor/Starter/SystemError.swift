import Glibc

/// An errno with what was being done.
struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    var number: Int32
    var doing: String

    init(_ doing: String, _ number: Int32 = errno) {
        self.number = number
        self.doing = doing
    }

    /// HTCondor's words for the number, for example `No such file or directory`.
    var text: String { Self.text(number) }

    var description: String { "\(doing): \(text) (errno \(number))" }

    static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}
