import Text

/// A parameter of HTCondor with its type and default.
package struct ParameterDefault: Sendable {
    package enum Kind: Sendable, Equatable {
        case string, path, boolean
        case integer(ClosedRange<Int64>)
        case real(ClosedRange<Double>)
    }

    /// In HTCondor's spelling.
    package var name: String
    package var kind: Kind
    /// Unexpanded; nil if the parameter has no default.
    var value: [UInt8]?
}

/// The parameters of HTCondor 25.14 with their defaults.
enum ParameterDefaults {
    private struct Tables: Sendable {
        var global: [String: ParameterDefault] = [:]
        /// By subsystem, then by name, all in lower case.
        var bySubsystem: [String: [String: ParameterDefault]] = [:]
    }

    private static let tables = parse(parameterDefaultTable)

    /// The names of all parameters, for suggestions.
    static var names: some Sequence<String> { tables.global.values.lazy.map(\.name) }

    /// `key` is in lower case.
    static func parameter(_ key: String) -> ParameterDefault? { tables.global[key] }

    /// The default within a subsystem, of which only the part before the first dot counts. Both in lower case.
    static func parameter(_ key: String, subsystem: String) -> ParameterDefault? {
        if let dot = subsystem.utf8.firstIndex(of: ASCII.dot) { return tables.bySubsystem[String(subsystem[..<dot])]?[key] }
        return tables.bySubsystem[subsystem]?[key]
    }

    /// The default of a name, which may begin with a subsystem's prefix.
    static func inherited(_ key: String) -> ParameterDefault? {
        if let dot = key.utf8.firstIndex(of: ASCII.dot) {
            let name = String(key[key.utf8.index(after: dot)...])
            if let parameter = parameter(name, subsystem: String(key[..<dot])) { return parameter }
        }
        return tables.global[key]
    }

    private static func parse(_ table: StaticString) -> Tables {
        var tables = Tables()
        table.withUTF8Buffer { text in
            for line in text.split(separator: ASCII.newline) {
                guard let parameter = parameter(line) else { continue }
                let key = ASCII.lowercased(parameter.name)
                if let dot = key.utf8.firstIndex(of: ASCII.dot) {
                    var unprefixed = parameter
                    unprefixed.name = String(parameter.name[parameter.name.utf8.index(after: dot)...])
                    tables.bySubsystem[String(key[..<dot]), default: [:]][ASCII.lowercased(unprefixed.name)] = unprefixed
                } else {
                    tables.global[key] = parameter
                }
            }
        }
        return tables
    }

    /// `NAME type(min,max) = default`
    private static func parameter(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> ParameterDefault? {
        let space = UInt8(ascii: " ")
        let fields = line.split(separator: space, maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count >= 2 else { return nil }
        return ParameterDefault(
            name: String(decoding: fields[0], as: UTF8.self), kind: kind(String(decoding: fields[1], as: UTF8.self)),
            value: fields.count == 4 ? String(decoding: fields[3], as: UTF8.self).withLineEnds : nil)
    }

    private static func kind(_ text: String) -> ParameterDefault.Kind {
        let pieces = text.utf8.split { $0 == ASCII.open || $0 == ASCII.comma || $0 == ASCII.close }.map { String(Substring($0)) }
        let lower = pieces.count > 1 ? pieces[1] : nil
        let upper = pieces.count > 2 ? pieces[2] : nil
        switch pieces.first {
        case "path": return .path
        case "bool": return .boolean
        case "int":
            return .integer(range(lower.flatMap { Int64($0) } ?? Int64(Int32.min), upper.flatMap { Int64($0) } ?? Int64(Int32.max)))
        case "long": return .integer(range(lower.flatMap { Int64($0) } ?? .min, upper.flatMap { Int64($0) } ?? .max))
        case "double":
            return .real(range(lower.flatMap { Double($0) } ?? -.infinity, upper.flatMap { Double($0) } ?? .infinity))
        default: return .string
        }
    }

    private static func range<Bound: Comparable>(_ lower: Bound, _ upper: Bound) -> ClosedRange<Bound> {
        lower <= upper ? lower...upper : lower...lower
    }
}

extension String {
    /// The bytes with each `⏎` replaced by a line end.
    fileprivate var withLineEnds: [UInt8] {
        unicodeScalars.contains("⏎")
            ? Array(String(String.UnicodeScalarView(unicodeScalars.map { $0 == "⏎" ? "\n" : $0 })).utf8) : Array(utf8)
    }
}
