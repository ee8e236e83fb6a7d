import ArgumentParser

/// Exit statuses from sysexits.h.
enum ExitStatus {
    /// The input has errors.
    static let data = ExitCode(65)
    /// An input file cannot be read.
    static let noInput = ExitCode(66)
    /// A required resource is missing, or an address cannot be listened on.
    static let unavailable = ExitCode(69)
    /// The configuration is not usable.
    static let configuration = ExitCode(78)
}
