import Diagnostics
import Text

/// The submit language of HTCondor 25.14: reads descriptions as `condor_submit` does.
package enum SubmitDescription {
    /// The number of jobs that are made and checked when a description is read. Later jobs are checked on demand.
    package static let checkedJobs = 20_000

    /// Reads a description.
    ///
    /// - Parameters:
    ///   - text: the description, up to 4 MiB, with lines of up to 1 MiB after joining continuation lines.
    ///   - mode: what the description may access on this machine.
    /// - Throws: all errors in the description, with their positions.
    package static func parse(_ text: String, mode: SubmitMode, parameters: SubmitParameters) throws(SubmitError) -> SubmitPlan {
        try parse(bytes: Array(text.utf8), mode: mode, parameters: parameters)
    }

    /// Reads a description as received. The bytes must be UTF-8 without NUL and without byte order mark.
    package static func parse(bytes: [UInt8], mode: SubmitMode, parameters: SubmitParameters) throws(SubmitError) -> SubmitPlan {
        var files: (any SubmitFiles)?
        if case .local(let local) = mode { files = local }
        let source = SourceText(name: parameters.fileName, bytes: bytes)
        let findings = Findings(texts: [source])
        if let problem = encodingProblem(bytes) {
            let line = bytes[..<problem.offset].count { $0 == ASCII.newline } + 1
            let column = problem.offset - (bytes[..<problem.offset].lastIndex(of: ASCII.newline) ?? -1)
            throw SubmitError([Diagnostic(.error, problem.message, file: parameters.fileName, line: line, column: column)])
        }
        let run = SubmitRun(findings: findings, files: files, parameters: parameters)
        return try run.plan(source)
    }

    private static let longestText = 4 << 20

    private static func encodingProblem(_ bytes: Bytes) -> (offset: Int, message: String)? {
        if bytes.count > longestText { return (0, "the description is longer than \(longestText) bytes") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (0, "the description starts with a byte order mark, which is not allowed") }
        if let offset = bytes.firstIndex(of: 0) { return (offset, "the description contains a NUL byte") }
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            let length = byte < 0x80 ? 1 : byte >= 0xC2 && byte < 0xE0 ? 2 : byte >= 0xE0 && byte < 0xF0 ? 3 : byte >= 0xF0 && byte < 0xF5 ? 4 : 0
            if length == 1 {
                offset += 1
                continue
            }
            guard length > 0, offset + length <= bytes.count, String(validating: bytes[offset..<offset + length], as: UTF8.self) != nil else {
                return (offset, "the description is not UTF-8 here")
            }
            offset += length
        }
        return nil
    }

    static func environment(_ files: (any SubmitFiles)?) -> (@Sendable (String) -> String?)? {
        guard let files else { return nil }
        let variables = Dictionary(files.environment.map { ($0.name, $0.value) }) { first, _ in first }
        return { variables[$0] }
    }
}
