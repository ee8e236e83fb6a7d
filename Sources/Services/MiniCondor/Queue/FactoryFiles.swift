import SubmitDescription

/// What the description of a cluster that makes its jobs itself may reach: its items and nothing else. Every other file is taken to be there, as the
/// submitter's machine knows about it, not this process.
struct FactoryFiles: SubmitFiles {
    let workingDirectory: String
    /// The name and content of the items.
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
