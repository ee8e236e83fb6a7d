package import NIOCore

/// A file or directory of a job's input sandbox, ready to be sent.
package protocol SpoolFile: Sendable {
    /// Relative path with `/` between components; parents are separate items that come earlier. See `FileTransfer.isAllowed(name:)`.
    var name: String { get }
    /// Permission bits, 0…0o777.
    var mode: Int { get }
    /// Bytes; 0 for a directory.
    var size: Int64 { get }
    var isDirectory: Bool { get }

    /// The content: exactly ``size`` bytes. Called once for each job the file goes to; not for directories.
    func open() throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable
}

/// What has been sent into the sandboxes of jobs.
package struct SpoolSummary: Sendable, Equatable {
    /// Over all jobs.
    package var bytes: Int64
    /// Over all jobs.
    package var files: Int

    package init(bytes: Int64 = 0, files: Int = 0) {
        self.bytes = bytes
        self.files = files
    }
}
