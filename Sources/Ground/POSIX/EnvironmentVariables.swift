import Glibc

/// The environment of this process.
package enum EnvironmentVariables {
    /// All variables, in the environment's order. Entries without `=` are skipped.
    package static var all: [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables.append((String(text[..<equals]), String(text[text.utf8.index(after: equals)...])))
            }
            entry += 1
        }
        return variables
    }

    /// The value of a variable; nil if it is not set.
    package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
