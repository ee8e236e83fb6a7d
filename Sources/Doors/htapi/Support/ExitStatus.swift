import ArgumentParser

/// Exit statuses with a meaning, after sysexits.h.
enum ExitStatus {
    /// What was given to read is wrong.
    static let data = ExitCode(65)
    /// A file cannot be read.
    static let noInput = ExitCode(66)
    /// Something the command needs is not there, or an address to listen at cannot be had.
    static let unavailable = ExitCode(69)
    /// The configuration cannot be used.
    static let configuration = ExitCode(78)
}
