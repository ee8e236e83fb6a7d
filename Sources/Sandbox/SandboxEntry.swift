/// One file or directory of a sandbox.
public struct SandboxEntry: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case file
        case directory
    }

    public let path: SandboxPath
    public let kind: Kind
    /// Permission bits (`mode & 0o777`); what else a header carried is dropped.
    public let mode: UInt16
    /// Size of a file in bytes; 0 for a directory.
    public let size: Int64

    public init(path: SandboxPath, kind: Kind, mode: UInt16, size: Int64 = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode & 0o777
        self.size = size
    }
}
