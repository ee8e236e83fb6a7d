import ArgumentParser

/// Exit statuses with a meaning, after sysexits.h.
enum ExitStatus {
    /// Something the command needs is not there.
    static let unavailable = ExitCode(69)
    /// The configuration cannot be used.
    static let configuration = ExitCode(78)
}
