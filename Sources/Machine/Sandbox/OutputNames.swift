/// Assigns each output file its name in an archive, with remaps applied and without duplicates.
///
/// Remaps may map two files to the same name. A client overwrites the first file with the second. An archive cannot, so the second file keeps the
/// name under which HTCondor delivers it or, if that is taken too, gets a suffix `.2`, `.3` and so on.
package struct OutputNames: Sendable {
    private let remaps: OutputRemaps
    /// Hashes of the assigned names, 8 bytes each. Kept only if remaps make clashes possible.
    private var taken: Set<Int> = []

    package init(_ remaps: OutputRemaps) {
        self.remaps = remaps
    }

    /// The name for a file that HTCondor delivers as `path`; nil if it is not delivered (it was sent to a URL).
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

    /// The name for a directory; nil if it is not delivered, or if the name was assigned before.
    package mutating func directory(_ path: SandboxPath) -> SandboxPath? {
        guard case .path(let target) = remaps.destination(of: path) else { return nil }
        guard !remaps.isEmpty else { return target }
        return take(target) ? target : nil
    }

    private mutating func take(_ path: SandboxPath) -> Bool {
        taken.insert(path.hashValue).inserted
    }
}
