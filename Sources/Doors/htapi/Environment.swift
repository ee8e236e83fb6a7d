import Glibc

/// The environment this process was started with.
enum Environment {
    static let variables: [String: String] = {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equal = line.firstIndex(of: "=") { found[String(line[..<equal])] = String(line[line.index(after: equal)...]) }
            entry += 1
        }
        return found
    }()
}
