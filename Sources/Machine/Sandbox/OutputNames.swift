/// Gives each file of a job's output its name in an archive: remapped, and no name twice.
///
/// Remaps may send two files to the same place. A client overwrites the first with the second; an archive cannot, so the later one keeps the name
/// HTCondor delivers it under, or, if that is taken as well, gets `.2`, `.3` and so on behind it.
package struct OutputNames: Sendable {
    private let remaps: OutputRemaps
    /// Hashes of the names given out, 8 bytes each, kept only where remaps make clashes possible.
    private var taken: Set<Int> = []

    package init(_ remaps: OutputRemaps) {
        self.remaps = remaps
    }

    /// The name for the file HTCondor delivers as `path`, nil if it is not delivered (it went to a URL).
    package mutating func file(_ path: SandboxPath) -> SandboxPath? {
        guard case .path(let target) = remaps.destination(of: path) else { return nil }
        guard !remaps.isEmpty else { return target }
        if take(target) { return target }
        if take(path) { return path }
        var number = 2
        while true {
            let numbered = SandboxPath(checked: "\(path.string).\(number)")
            if take(numbered) { return numbered }
            number += 1
        }
    }

    /// The name for a directory, nil if it is not delivered or was given out already.
    package mutating func directory(_ path: SandboxPath) -> SandboxPath? {
        guard case .path(let target) = remaps.destination(of: path) else { return nil }
        guard !remaps.isEmpty else { return target }
        return take(target) ? target : nil
    }

    private mutating func take(_ path: SandboxPath) -> Bool {
        taken.insert(path.hashValue).inserted
    }
}
