import SubmitDescription

/// The files that the description of a cluster with late materialization may read: its items only. Any other file is assumed to exist, because it
/// belongs to the submitter's machine.
struct FactoryFiles: SubmitFiles {
    let workingDirectory: String
    /// Name and content of the item file.
    let itemFile: String
    let items: [UInt8]

    var environment: [(name: String, value: String)] { [] }

    func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8] {
        guard path == itemFile, !itemFile.isEmpty else { throw SubmitFileError("only the items of the submission can be read here") }
        return items
    }

    func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8] {
        throw SubmitFileError("commands cannot be run here")
    }

    func status(of path: String) -> SubmitFileStatus? { SubmitFileStatus(isDirectory: false, size: 0) }

    func matches(ofPattern pattern: String) -> [String] { [] }

    func entries(ofDirectory path: String) throws(SubmitFileError) -> [String] { [] }
}
