import Glibc

/// Why a demo could not be started.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// A failed system call, explained by `errno`.
    init(failed what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}
