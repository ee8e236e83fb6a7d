/// The names of a sandbox under construction. Checks each name against the earlier ones, and resolves links at the end.
struct SandboxTree: ~Copyable {
    /// The location of a file's bytes in the ``ContentStore``.
    struct Extent: Sendable {
        var offset: Int64
        var size: Int64
    }

    private enum Content {
        /// `isImplied`: so far known only from the paths below it.
        case directory(isImplied: Bool)
        case file(Extent)
        case symbolicLink([UInt8])
        /// The target's path from the archive's root.
        case hardLink([UInt8])
        /// A link to this node, which is a file.
        case resolved(Int)
    }

    private struct Node {
        let name: [UInt8]
        let parent: Int
        var mode: UInt16
        var content: Content
    }

    private struct Place: Hashable {
        let parent: Int
        let name: ArraySlice<UInt8>
    }

    /// The largest number of links in one resolution, as in Linux.
    private static let maximumLinks = 40
    /// The largest number of steps for resolving all links together. It stops hostile webs of links.
    private static let maximumSteps = 5_000_000

    private let limits: SandboxLimits
    private var nodes = [Node(name: [], parent: 0, mode: 0o755, content: .directory(isImplied: false))]
    private var places: [Place: Int] = [:]
    private var nameBytes = 0
    private var steps = 0

    init(limits: SandboxLimits) {
        self.limits = limits
    }

    // MARK: Adding

    mutating func addDirectory(_ path: [ArraySlice<UInt8>], mode: UInt16) throws(SandboxError) {
        try add(path, mode: mode, .directory(isImplied: false))
    }

    mutating func addFile(_ path: [ArraySlice<UInt8>], mode: UInt16, extent: Extent) throws(SandboxError) {
        try add(path, mode: mode, .file(extent))
    }

    /// A symbolic link to `target`, relative to the link's own directory.
    mutating func addSymbolicLink(_ path: [ArraySlice<UInt8>], to target: [UInt8]) throws(SandboxError) {
        try checkTarget(target, of: path)
        try add(path, mode: 0o777, .symbolicLink(target))
    }

    /// A hard link to the entry `target`, relative to the archive's root.
    mutating func addHardLink(_ path: [ArraySlice<UInt8>], to target: [UInt8]) throws(SandboxError) {
        try checkTarget(target, of: path)
        try add(path, mode: 0o777, .hardLink(target))
    }

    private func checkTarget(_ target: [UInt8], of path: [ArraySlice<UInt8>]) throws(SandboxError) {
        guard target.first != UInt8(ascii: "/") else { throw refuse(path, .linkOutside, "links to an absolute path") }
        guard !target.isEmpty, !target.contains(0) else { throw refuse(path, .linkBroken, "links to nothing") }
        guard target.count <= 2 * SandboxPath.maximumLength else { throw refuse(path, .nameTooLong, "the link's target is too long") }
    }

    private mutating func add(_ path: [ArraySlice<UInt8>], mode: UInt16, _ content: Content) throws(SandboxError) {
        guard let name = path.last else { return }
        var parent = 0
        var length = 0
        for component in path.dropLast() {
            length += component.count + 1
            if let known = places[Place(parent: parent, name: component)] {
                guard case .directory = nodes[known].content else {
                    throw refuse(path, .duplicateEntry, "the path leads through an entry that is not a directory")
                }
                parent = known
            } else {
                parent = try insert(component, in: parent, pathLength: length, of: path, mode: 0o755, .directory(isImplied: true))
            }
        }
        guard let known = places[Place(parent: parent, name: name)] else {
            _ = try insert(name, in: parent, pathLength: length + name.count, of: path, mode: mode, content)
            return
        }
        // A directory may follow its contents, and tar archives made in steps repeat directories.
        guard case .directory = content, case .directory = nodes[known].content else {
            throw refuse(path, .duplicateEntry, "the archive has this name twice")
        }
        nodes[known].mode = mode
        nodes[known].content = content
    }

    private mutating func insert(
        _ name: ArraySlice<UInt8>, in parent: Int, pathLength: Int, of path: [ArraySlice<UInt8>], mode: UInt16, _ content: Content
    ) throws(SandboxError) -> Int {
        guard nodes.count <= limits.entries else {
            throw refuse(path, .tooManyEntries, "the sandbox has more than \(limits.entries) entries")
        }
        nameBytes += pathLength
        guard nameBytes <= SandboxLimits.nameBytes else {
            throw refuse(path, .tooManyEntries, "the names of the sandbox are longer than \(SandboxLimits.nameBytes) bytes together")
        }
        let own = Array(name)
        nodes.append(Node(name: own, parent: parent, mode: mode, content: content))
        places[Place(parent: parent, name: own[...])] = nodes.count - 1
        return nodes.count - 1
    }

    private func refuse(_ path: [ArraySlice<UInt8>], _ code: SandboxError.Code, _ reason: String) -> SandboxError {
        SandboxError(code, entry: SandboxError.displayName(Array(path.joined(separator: CollectionOfOne(UInt8(ascii: "/"))))), reason)
    }

    // MARK: Finishing

    /// All entries, with directories before their contents, and links replaced by the files that they lead to.
    consuming func finish() throws(SandboxError) -> [(entry: SandboxEntry, extent: Extent)] {
        for index in nodes.indices {
            switch nodes[index].content {
            case .symbolicLink, .hardLink: try resolveLink(index)
            case .directory, .file, .resolved: break
            }
        }
        var result: [(entry: SandboxEntry, extent: Extent)] = []
        result.reserveCapacity(nodes.count - 1)
        var paths = [""]
        paths.reserveCapacity(nodes.count)
        var linkedBytes: Int64 = 0
        // Parents have lower numbers than their children.
        for node in nodes.dropFirst() {
            let name = String(decoding: node.name, as: UTF8.self)
            let path = node.parent == 0 ? name : paths[node.parent] + "/" + name
            paths.append(path)
            let sandboxPath = SandboxPath(checked: path)
            switch node.content {
            case .directory:
                result.append((SandboxEntry(path: sandboxPath, kind: .directory, mode: node.mode), Extent(offset: 0, size: 0)))
            case .file(let extent):
                result.append((SandboxEntry(path: sandboxPath, kind: .file, mode: node.mode, size: extent.size), extent))
            case .resolved(let target):
                guard case .file(let extent) = nodes[target].content else { continue }
                let (sum, overflow) = linkedBytes.addingReportingOverflow(extent.size)
                guard !overflow, sum <= limits.contentBytes else {
                    throw SandboxError(
                        .contentTooLarge, entry: SandboxError.displayName(path.utf8),
                        "the files that links stand for are larger than \(limits.contentBytes) bytes together")
                }
                linkedBytes = sum
                result.append((SandboxEntry(path: sandboxPath, kind: .file, mode: nodes[target].mode, size: extent.size), extent))
            case .symbolicLink, .hardLink:
                continue
            }
        }
        return result
    }

    /// Replaces a link by the file that it leads to.
    private mutating func resolveLink(_ index: Int) throws(SandboxError) {
        let target: Int
        switch nodes[index].content {
        case .hardLink(let path): target = try follow(path, from: 0, for: index)
        case .symbolicLink(let path): target = try follow(path, from: nodes[index].parent, for: index)
        case .directory, .file, .resolved: return
        }
        guard case .file = nodes[target].content else {
            throw refuse(index, .linkToDirectory, "links to a directory, which HTCondor does not transfer")
        }
        nodes[index].content = .resolved(target)
    }

    /// The node that `path` leads to from the directory `start`; never a link.
    private mutating func follow(_ path: [UInt8], from start: Int, for link: Int) throws(SandboxError) -> Int {
        let slash = UInt8(ascii: "/")
        var pending: [ArraySlice<UInt8>] = path.split(separator: slash).reversed()
        var at = start
        var links = 0
        while let component = pending.popLast() {
            steps += 1
            guard steps <= SandboxTree.maximumSteps else { throw refuse(link, .linkBroken, "the archive's links are too entangled") }
            if component.elementsEqual(CollectionOfOne(UInt8(ascii: "."))) { continue }
            guard case .directory = nodes[at].content else { throw refuse(link, .linkBroken, "leads through an entry that is not a directory") }
            if component.elementsEqual("..".utf8) {
                guard at != 0 else { throw refuse(link, .linkOutside, "links to something outside the sandbox") }
                at = nodes[at].parent
                continue
            }
            guard let next = places[Place(parent: at, name: component)] else {
                throw refuse(link, .linkBroken, "links to something that is not in the archive")
            }
            switch nodes[next].content {
            case .directory, .file:
                at = next
            case .resolved(let target):
                at = target
            case .symbolicLink(let more), .hardLink(let more):
                links += 1
                guard links <= SandboxTree.maximumLinks else { throw refuse(link, .linkBroken, "leads in a circle or through too many links") }
                if case .hardLink = nodes[next].content { at = 0 }
                pending += more.split(separator: slash).reversed()
            }
        }
        return at
    }

    private func refuse(_ index: Int, _ code: SandboxError.Code, _ reason: String) -> SandboxError {
        var components: [ArraySlice<UInt8>] = []
        var at = index
        while at != 0 {
            components.append(nodes[at].name[...])
            at = nodes[at].parent
        }
        return refuse(components.reversed(), code, reason)
    }
}
