import Glibc

struct ComparisonError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw ComparisonError("\(path): \(String(cString: strerror(errno)))") }
}

func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "wb") else { throw ComparisonError("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw ComparisonError("\(path): cannot be written") }
}

func read(_ path: String) throws -> String {
    guard let file = fopen(path, "rb") else { throw ComparisonError("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { return String(decoding: content, as: UTF8.self) }
        content.append(contentsOf: chunk[..<count])
    }
}

func remove(_ folder: String) {
    _ = system("rm -rf -- \(quoted(folder))")
}

/// Runs a shell script as root inside of the pool.
func runInPool(_ exec: String, _ script: String) throws {
    let status = system("\(quoted(exec)) root /bin/bash \(quoted(script)) 2>/dev/null")
    guard status == 0 else { throw ComparisonError("the pool could not run the script (status \(status))") }
}

extension String {
    func replacingFirst(_ old: String, by new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
