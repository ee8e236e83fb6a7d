/// Maps a job's declared input to the entries of an uploaded archive: which entries the job gets, and under which names.
struct InputPlan: Sendable, Equatable {
    /// An entry of the archive, reduced to what planning needs.
    struct Candidate: Sendable, Equatable {
        /// Relative, separated by `/`, without `.` or `..`.
        var path: String
        var isDirectory: Bool
    }

    /// A file or directory to send to the schedd.
    struct Item: Sendable, Equatable {
        /// The path in the archive; for a directory that only its contents imply, the path that it would have.
        var source: String
        /// The path in the job's sandbox.
        var target: String
        var isDirectory: Bool
    }

    /// The input that the plan is for.
    let declared: DeclaredInput
    /// In sending order: parents before children, without duplicates.
    var items: [Item] = []
    /// Declared names that the archive lacks, or that are directories where a file is needed.
    var missing: [String] = []

    /// Paths in the archive that are sent.
    var accepted: Set<String> { Set(items.map(\.source)) }

    init(_ declared: DeclaredInput, candidates: [Candidate]) {
        self.declared = declared
        let index = Index(candidates)
        var targets: Set<String> = []
        func add(_ item: Item) {
            if targets.insert(item.target).inserted { items.append(item) }
        }
        for entry in declared.entries {
            guard let found = index.find(declared.places(of: entry), mustBeFile: entry.mustBeFile) else {
                missing.append(declared.shownName(of: entry))
                continue
            }
            guard found.isDirectory else {
                add(Item(source: found.path, target: Self.baseName(entry.path), isDirectory: false))
                continue
            }
            let prefix = entry.contentsOnly ? "" : Self.baseName(entry.path) + "/"
            if !entry.contentsOnly { add(Item(source: found.path, target: Self.baseName(entry.path), isDirectory: true)) }
            for child in index.descendants(of: found.path) {
                let relative = child.path.utf8.dropFirst(found.path.utf8.count + 1)
                add(Item(source: child.path, target: prefix + String(Substring(relative)), isDirectory: child.isDirectory))
            }
        }
    }

    static func baseName(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// The archive's paths, including directories that only their contents imply, indexed for lookup.
    private struct Index {
        private var byPath: [String: Candidate] = [:]
        private var sorted: [Candidate]

        init(_ candidates: [Candidate]) {
            for candidate in candidates {
                byPath[candidate.path] = candidate
                var parent = Substring(candidate.path)
                while let slash = parent.utf8.lastIndex(of: UInt8(ascii: "/")) {
                    parent = parent[..<slash]
                    if byPath[String(parent)] == nil { byPath[String(parent)] = Candidate(path: String(parent), isDirectory: true) }
                }
            }
            // A directory's own path is a prefix of its contents' paths, so it comes first.
            sorted = byPath.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }

        /// The entry at the first of the places that exists. People pack a sandbox either flat or as it lies on their disk.
        func find(_ places: [String], mustBeFile: Bool) -> Candidate? {
            for path in places {
                if let candidate = byPath[path], !(mustBeFile && candidate.isDirectory) { return candidate }
            }
            return nil
        }

        func descendants(of directory: String) -> [Candidate] {
            let prefix = directory + "/"
            return sorted.filter { $0.path.utf8.starts(with: prefix.utf8) }
        }
    }
}
