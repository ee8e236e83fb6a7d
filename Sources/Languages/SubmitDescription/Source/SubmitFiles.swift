/// The parts of this machine that a submit description in local mode may reach: files, commands and the environment.
///
/// Remote mode has no value of this type, so nothing of the host is touched there. Relative paths are relative to `workingDirectory`.
package protocol SubmitFiles: Sendable {
    /// Absolute path of the directory the description is read in.
    var workingDirectory: String { get }
    /// The environment, in its own order.
    var environment: [(name: String, value: String)] { get }
    /// The bytes of a file; throws a `SubmitFileError` that says why it cannot be read.
    func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8]
    /// The standard output of a command; throws if the command cannot be run or fails.
    func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8]
    /// The status of the file at a path; nil if no file exists there.
    func status(of path: String) -> SubmitFileStatus?
    /// The paths a `glob(3)` pattern matches, sorted, directories with a slash at their end.
    func matches(ofPattern pattern: String) -> [String]
    /// The paths of the entries of a directory, for the expansion of `directory/` in an input list.
    func entries(ofDirectory path: String) throws(SubmitFileError) -> [String]
}

package struct SubmitFileStatus: Sendable, Hashable {
    package var isDirectory: Bool
    /// Bytes; of a directory the sum over all files in it.
    package var size: Int64

    package init(isDirectory: Bool, size: Int64) {
        self.isDirectory = isDirectory
        self.size = size
    }
}

package struct SubmitFileError: Error, Sendable, CustomStringConvertible {
    /// Why it failed, for instance "No such file or directory".
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// How a description is read.
package enum SubmitMode: Sendable {
    /// The text of a stranger: no file, command or variable of this machine is read. Whatever would do so is an error at its place in the text.
    case remote
    /// A description of the user who runs the program, read as `condor_submit` reads it.
    case local(any SubmitFiles)
}
