import ClassAd
import Glibc
import JSON
import SubmitDescription

/// The files and the environment `condor_submit` had when the corpus was recorded.
struct FixtureFiles: SubmitFiles {
    private struct File {
        var content: [UInt8]
        var size: Int64
    }

    let workingDirectory: String
    let environment: [(name: String, value: String)]
    /// By absolute path.
    private var files: [String: File] = [:]

    init(_ fixtures: JSONValue) {
        workingDirectory = fixtures["cwd"]?.text ?? "/"
        environment = (fixtures["environment"]?.elements ?? []).compactMap(\.text).compactMap { entry in
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        for file in fixtures["files"]?.elements ?? [] {
            let content = Array((file["content"]?.text ?? file["head"]?.text ?? "").utf8)
            var size = Int64(content.count)
            if case .integer(let given)? = file["size"] { size = given }
            let path = file["path"]?.text ?? ""
            files[path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"] = File(content: content, size: size)
        }
    }

    /// The same with one more file in the working directory.
    func with(_ name: String, _ content: String) -> FixtureFiles {
        var result = self
        result.files["\(workingDirectory)/\(name)"] = File(content: Array(content.utf8), size: Int64(content.utf8.count))
        return result
    }

    private func absolute(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    func contents(ofFile path: String) throws(SubmitFileError) -> [UInt8] {
        guard let file = files[absolute(path)] else { throw SubmitFileError("No such file or directory") }
        return file.content
    }

    func output(ofCommand arguments: [String]) throws(SubmitFileError) -> [UInt8] {
        guard arguments.first == "echo" || arguments.first == "/bin/echo" else { throw SubmitFileError("No such file or directory") }
        return Array((arguments.dropFirst().joined(separator: " ") + "\n").utf8)
    }

    func status(of path: String) -> SubmitFileStatus? {
        let path = absolute(path)
        if let file = files[path] { return SubmitFileStatus(isDirectory: false, size: file.size) }
        let inside = files.filter { $0.key.hasPrefix(path == "/" ? "/" : path + "/") }
        if !inside.isEmpty { return SubmitFileStatus(isDirectory: true, size: inside.reduce(0) { $0 + $1.value.size }) }
        return Self.systemFiles[path]
    }

    /// What the descriptions of the corpus name of the rest of the system.
    private static let systemFiles: [String: SubmitFileStatus] = [
        "/bin/echo": SubmitFileStatus(isDirectory: false, size: 1),
        "/bin/sh": SubmitFileStatus(isDirectory: false, size: 127 << 10),
        "/tmp": SubmitFileStatus(isDirectory: true, size: 0),
        "/home": SubmitFileStatus(isDirectory: true, size: 0),
    ]

    func entries(ofDirectory path: String) throws(SubmitFileError) -> [String] {
        let prefix = absolute(path) + "/"
        let names = files.keys.filter { $0.hasPrefix(prefix) }.compactMap { $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init) }
        guard !names.isEmpty else { throw SubmitFileError("No such file or directory") }
        return Array(Set(names))
    }

    // MARK: Patterns

    func matches(ofPattern pattern: String) -> [String] {
        var paths = [pattern.hasPrefix("/") ? "/" : ""]
        let parts = pattern.split(separator: "/")
        for (index, part) in parts.enumerated() {
            var next: [String] = []
            for path in paths {
                let separator = path.isEmpty || path.hasSuffix("/") ? "" : "/"
                guard part.contains(where: { "*?[\\".contains($0) }) else {
                    let candidate = path + separator + part
                    if status(of: candidate) != nil { next.append(candidate) }
                    continue
                }
                let names = (try? entries(ofDirectory: path.isEmpty ? "." : path)) ?? []
                next += names.filter { fnmatch(String(part), $0, FNM_PERIOD) == 0 }.map { path + separator + $0 }
            }
            paths = index + 1 < parts.count ? next.filter { status(of: $0)?.isDirectory ?? false } : next
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { status(of: $0)?.isDirectory ?? false ? $0 + "/" : $0 }
    }
}
