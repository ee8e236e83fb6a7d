package import Diagnostics
import MacroLanguage
import Text

/// Names that nothing reads.
extension Configuration {
    /// Warnings about settings that begin with the program's prefix but are not known, and so are probably misspelt.
    ///
    /// - Parameters:
    ///   - prefix: the program's prefix, such as `HTTP_API_`, compared without regard to case.
    ///   - known: all names that the program reads.
    package func unknownNames(prefix: String, known: some Collection<String>) -> [Diagnostic] {
        let prefixKey = ASCII.lowercased(prefix)
        let knownKeys = Set(known.map { ASCII.lowercased($0) })
        return table.entries.compactMap { entry in
            let key = ASCII.lowercased(entry.name)
            // `SUBSYSTEM.NAME` counts as NAME.
            let name = key.utf8.lastIndex(of: ASCII.dot).map { String(key[key.utf8.index(after: $0)...]) } ?? key
            guard name.utf8.starts(with: prefixKey.utf8), !knownKeys.contains(name) else { return nil }
            return ConfigurationPlace(nameOf: entry, sources: table.sources).diagnostic(
                .warning, "nothing reads '\(entry.name)'", suggestion: closestMatch(to: name, among: known))
        }
    }

    /// Warnings about settings whose names are close to those of HTCondor's parameters, and which no other value refers to.
    /// - Parameter known: names, besides HTCondor's, that the program reads.
    package func misspeltNames(known: [String] = []) -> [Diagnostic] {
        let referenced = table.entries.reduce(into: Set(known.map { ASCII.lowercased($0) })) { names, entry in
            names.formUnion(Self.references(in: entry.value))
        }
        return table.entries.compactMap { entry in
            let key = ASCII.lowercased(entry.name)
            guard entry.position.source > 3, entry.position.metaknob == nil, !key.utf8.contains(ASCII.dot), key.utf8.count >= 8,
                ParameterDefaults.parameter(key) == nil, !referenced.contains(key),
                let close = closestMatch(to: entry.name, among: ParameterDefaults.names)
            else { return nil }
            return ConfigurationPlace(nameOf: entry, sources: table.sources).diagnostic(
                .warning, "HTCondor has no parameter '\(entry.name)', and no other value uses it", suggestion: close)
        }
    }

    /// Errors for values of HTCondor's own parameters that have the wrong type or range, with their positions, and for values that cannot be
    /// expanded.
    package func invalidValues() -> [Diagnostic] {
        table.entries.flatMap { entry -> [Diagnostic] in
            guard entry.position.source > 1 else { return [] }
            let place = ConfigurationPlace(entry, sources: table.sources)
            do throws(ConfigurationError) {
                let (value, failures) = try expand(entry.name)
                guard let value, failures.isEmpty else { return failures }
                guard let expected = Self.expectation(entry.name, Array(value.utf8)) else { return [] }
                return [place.diagnostic(.error, "\(entry.name) cannot be '\(Self.shortened(value))'", expected: expected)]
            } catch {
                return error.diagnostics
            }
        }
    }

    /// The values that one of HTCondor's parameters accepts; nil if `value` is one of them.
    private static func expectation(_ name: String, _ value: [UInt8]) -> String? {
        guard let parameter = ParameterDefaults.inherited(ASCII.lowercased(name)) else { return nil }
        switch parameter.kind {
        case .string, .path:
            return nil
        case .boolean:
            return BooleanText.value(value) == nil && !ExpressionText.isExpression(value) ? "true or false" : nil
        case .integer(let range):
            guard let number = NumberText.integer(value) else {
                return ExpressionText.isExpression(value) ? nil : "an integer \(description(of: range))"
            }
            return range.contains(number) ? nil : "an integer \(description(of: range))"
        case .real(let range):
            guard let number = NumberText.real(value) else { return ExpressionText.isExpression(value) ? nil : "a number" }
            return range.contains(number) ? nil : "a number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// The names in `$(NAME)`, `$(NAME:default)` and the first arguments of macro functions, in lower case.
    private static func references(in value: [UInt8]) -> Set<String> {
        guard value.contains(ASCII.dollar) else { return [] }
        var names: Set<String> = []
        var position = 0
        while let open = value[position...].firstIndex(of: ASCII.open) {
            position = open + 1
            let end = value[position...].firstIndex { !ASCII.isNameByte($0) } ?? value.endIndex
            names.insert(String(decoding: value[position..<end].map(ASCII.lowercased), as: UTF8.self))
        }
        return names
    }
}
