/// A file or directory of a sandbox.
package struct SandboxEntry: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case file
        case directory
    }

    package let path: SandboxPath
    package let kind: Kind
    /// Permission bits (`mode & 0o777`); other bits of a header are dropped.
    package let mode: UInt16
    /// A file's size in bytes; 0 for a directory.
    package let size: Int64

    package init(path: SandboxPath, kind: Kind, mode: UInt16, size: Int64 = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode & 0o777
        self.size = size
    }
}
