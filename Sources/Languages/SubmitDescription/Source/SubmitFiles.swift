/// The parts of this machine that a submit description may access in local mode: files, commands and the environment.
///
/// In remote mode there is no such value, so nothing on the host is accessed. Relative paths are relative to `workingDirectory`.
package protocol SubmitFiles: Sendable {
    /// Absolute path of the directory in which the description is read.
    var workingDirectory: String { get }
    /// The environment, in its original order.
    var environment: [(name: String, value: String)] { get }
    /// A file's bytes. Throws a `SubmitFileError` that says why the file cannot be read.
    func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8]
    /// A command's standard output. Throws if the command cannot be run or fails.
    func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8]
    /// The status of a file; nil if it does not exist.
    func status(of path: String) -> SubmitFileStatus?
    /// The paths that match a `glob(3)` pattern, sorted, with a slash after directories.
    func matches(ofPattern pattern: String) -> [String]
    /// The paths of a directory's entries, for expanding `directory/` in an input list.
    func entries(ofDirectory path: String) throws(SubmitFileError) -> [String]
}

package struct SubmitFileStatus: Sendable, Hashable {
    package var isDirectory: Bool
    /// In bytes; for a directory, the sum over all its files.
    package var size: Int64

    package init(isDirectory: Bool, size: Int64) {
        self.isDirectory = isDirectory
        self.size = size
    }
}

package struct SubmitFileError: Error, Sendable, CustomStringConvertible {
    /// Why the operation failed, for instance "No such file or directory".
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// How a description is read.
package enum SubmitMode: Sendable {
    /// A description from a stranger: no file, command or variable of this machine is read. Anything that would do so is an error at its position
    /// in the text.
    case remote
    /// A description by the user who runs the program, read as `condor_submit` does.
    case local(any SubmitFiles)
}
