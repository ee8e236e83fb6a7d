import HTTPMessages
import Jobs
import JSON

extension JSONValue.Object {
    /// `status`, `exit_code` and `exit_signal` as the end of a stream tells them.
    mutating func append(_ progress: JobProgress) {
        append("status", progress.status.map { .string("\($0)") } ?? .null)
        if let code = progress.exitCode { append("exit_code", .integer(code)) }
        if let signal = progress.exitSignal { append("exit_signal", .integer(signal)) }
    }
}
