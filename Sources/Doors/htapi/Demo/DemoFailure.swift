import Glibc

/// Why a demo cannot be had.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Something failed, for the reason that `errno` names.
    init(failed what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}
