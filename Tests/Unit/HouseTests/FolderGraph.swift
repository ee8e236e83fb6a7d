/// Which folder of a module uses types of which other one.
struct FolderGraph {
    /// The folder, the folder that it uses, and one use as an example.
    private(set) var edges: [String: [String: String]] = [:]

    init(_ files: [SourceFile]) {
        var homes: [String: Set<String>] = [:]
        for file in files {
            for name in file.declaredTypes { homes[name, default: []].insert(file.folder) }
        }
        for file in files {
            let own = file.allDeclaredTypes
            for name in file.usedNames.subtracting(own).sorted() {
                // A name that two folders declare, privately, tells nothing.
                guard let folders = homes[name], folders.count == 1, let folder = folders.first, folder != file.folder else { continue }
                let example = "\(file.path.split(separator: "/").last ?? "") uses \(name)"
                edges[file.folder, default: [:]][folder] = edges[file.folder]?[folder] ?? example
            }
        }
    }

    /// Each set of folders that reach one another, in words with one use an arrow.
    var circles: [String] {
        let folders = edges.keys.sorted()
        var circles: [String] = []
        var told: Set<String> = []
        for folder in folders where !told.contains(folder) {
            let knot = reachable(from: folder).filter { reachable(from: $0).contains(folder) }
            guard knot.contains(folder) else { continue }
            told.formUnion(knot)
            let arrows = knot.sorted().flatMap { from in
                (edges[from] ?? [:]).filter { knot.contains($0.key) }.sorted { $0.key < $1.key }.map {
                    "\(label(from)) -> \(label($0.key)) (\($0.value))"
                }
            }
            circles.append(arrows.joined(separator: ", "))
        }
        return circles
    }

    private func label(_ folder: String) -> String { folder.isEmpty ? "(top)" : folder }

    private func reachable(from start: String) -> Set<String> {
        var seen: Set<String> = []
        var waiting = Array((edges[start] ?? [:]).keys)
        while let folder = waiting.popLast() {
            if seen.insert(folder).inserted { waiting += (edges[folder] ?? [:]).keys }
        }
        return seen
    }
}
