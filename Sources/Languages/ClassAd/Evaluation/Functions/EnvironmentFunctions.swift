/// Argument lists and environments in HTCondor's two syntaxes (src/condor_utils/condor_arglist.cpp, env.cpp).
package enum ArgumentText {
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Version 1: separated by white space, no quoting.
    package static func splitV1(_ text: [UInt8]) -> [[UInt8]] {
        text.split(whereSeparator: isSpace).map(Array.init)
    }

    /// A quote that is not closed, with its position.
    package struct UnbalancedQuote: Error {
        package var offset: Int
    }

    /// Version 2: single quotes group, and a doubled one stands for itself.
    package static func splitV2(_ text: [UInt8]) throws(UnbalancedQuote) -> [[UInt8]] {
        let quote = UInt8(ascii: "'")
        var items: [[UInt8]] = []
        var item: [UInt8] = []
        var isInItem = false
        var i = 0
        while i < text.count {
            if text[i] == quote {
                let start = i
                isInItem = true
                i += 1
                while true {
                    guard i < text.count else { throw UnbalancedQuote(offset: start) }
                    if text[i] == quote {
                        guard i + 1 < text.count, text[i + 1] == quote else { break }
                        i += 1
                    }
                    item.append(text[i])
                    i += 1
                }
            } else if isSpace(text[i]) {
                if isInItem { items.append(item) }
                isInItem = false
                item.removeAll()
            } else {
                isInItem = true
                item.append(text[i])
            }
            i += 1
        }
        if isInItem { items.append(item) }
        return items
    }

    /// Nil if an item contains white space, which version 1 cannot express.
    static func joinV1(_ items: [[UInt8]]) -> [UInt8]? {
        guard !items.contains(where: { $0.contains(where: isSpace) }) else { return nil }
        var result: [UInt8] = []
        for item in items {
            if !result.isEmpty { result.append(0x20) }
            result.append(contentsOf: item)
        }
        return result
    }

    package static func joinV2(_ items: [[UInt8]]) -> [UInt8] {
        let quote = UInt8(ascii: "'")
        var result: [UInt8] = []
        for item in items {
            if !result.isEmpty { result.append(0x20) }
            if item.isEmpty { result.append(contentsOf: [quote, quote]) }
            for byte in item {
                guard isSpace(byte) || byte == quote else {
                    result.append(byte)
                    continue
                }
                // Continue an immediately preceding quoted section.
                if result.last == quote { result.removeLast() } else { result.append(quote) }
                if byte == quote { result.append(quote) }
                result.append(byte)
                result.append(quote)
            }
        }
        return result
    }
}

/// Environment variables, sorted by name.
package struct Environment {
    /// An entry that is not `name=value` but an unexpanded `$$()`.
    private enum Entry {
        case value([UInt8])
        case verbatim
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    /// Returns false if the entry is malformed.
    private mutating func set(_ entry: [UInt8]) -> Bool {
        guard !entry.isEmpty else { return false }
        guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else {
            guard zip(entry, entry.dropFirst()).contains(where: { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "$") }) else {
                return false
            }
            entries[String(classAdBytes: entry)] = .verbatim
            return true
        }
        guard equals > 0 else { return false }
        entries[String(classAdBytes: Array(entry[..<equals]))] = .value(Array(entry[(equals + 1)...]))
        return true
    }

    package mutating func mergeV2(_ text: [UInt8]) -> Bool {
        guard let items = try? ArgumentText.splitV2(text) else { return false }
        return items.allSatisfy { set($0) }
    }

    /// Adds entries separated by `;`, by the punctuation character that the text starts with, or by line feeds.
    package mutating func mergeV1(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return true }
        var delimiter = UInt8(ascii: ";")
        var rest = text[...]
        if first == delimiter || "!#$%&*+,-/:;<>?@^`|~\u{1F}".utf8.contains(first) {
            delimiter = first
            rest = rest.dropFirst()
        }
        while !rest.isEmpty {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            let entry = rest.prefix { $0 != delimiter && $0 != 0x0A }
            rest = rest.dropFirst(entry.count + 1)
            if !entry.isEmpty, !set(Array(entry)) { return false }
        }
        return true
    }

    /// Names and values.
    package var variables: [String: [UInt8]] {
        entries.compactMapValues { entry in
            if case .value(let value) = entry { return value }
            return nil
        }
    }

    var textV2: [UInt8] {
        let sorted = entries.map { (name: $0.key.withClassAdBytes { Array($0) }, entry: $0.value) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        return ArgumentText.joinV2(
            sorted.map { name, entry in
                switch entry {
                case .verbatim: name
                case .value(let value): name + [UInt8(ascii: "=")] + value
                }
            })
    }
}

extension Evaluator {
    /// The syntax version, 1 or 2, from the second argument; otherwise nil and the value to return.
    private mutating func notation(_ arguments: FunctionArguments) -> (version: Int?, other: EvalValue) {
        guard arguments.count == 1 || arguments.count == 2 else { return (nil, .error) }
        guard arguments.count == 2 else { return (2, .error) }
        let value = value(arguments, 1)
        if value.isFailure { return (nil, .failure) }
        guard case .integer(let number) = value else { return (nil, .error) }
        let version = Int(Int32(truncatingIfNeeded: number))
        return (version == 1 || version == 2 ? version : nil, .error)
    }

    mutating func argsToList(_ arguments: FunctionArguments) -> EvalValue {
        let (version, other) = notation(arguments)
        guard let version else { return other }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        guard case .string(let string) = value else { return .error }
        let text = string.withClassAdBytes { Array($0) }
        guard let items = version == 1 ? ArgumentText.splitV1(text) : try? ArgumentText.splitV2(text) else { return .error }
        return .list(EvalList(strings: items.map { String(classAdBytes: $0) }))
    }

    mutating func listToArgs(_ arguments: FunctionArguments) -> EvalValue {
        let (version, other) = notation(arguments)
        guard let version else { return other }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        guard case .list(let list) = value else { return .error }
        var items: [[UInt8]] = []
        for position in 0..<list.count {
            let element = element(list, position)
            if element.isFailure { return .failure }
            guard case .string(let text) = element else { return .error }
            guard affords(2 * text.utf8.count) else { return .failure }
            items.append(text.withClassAdBytes { Array($0) })
        }
        let text = version == 1 ? ArgumentText.joinV1(items) : ArgumentText.joinV2(items)
        return text.map { .string(String(classAdBytes: $0)) } ?? .error
    }

    mutating func environmentV1ToV2(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        switch value {
        case .failure, .undefined: return value
        case .string(let text):
            var environment = Environment()
            guard environment.mergeV1(text.withClassAdBytes { Array($0) }) else { return .error }
            return .string(String(classAdBytes: environment.textV2))
        default: return .error
        }
    }

    mutating func mergeEnvironment(_ arguments: FunctionArguments) -> EvalValue {
        var environment = Environment()
        for position in 0..<arguments.count {
            let value = value(arguments, position)
            switch value {
            case .failure: return .failure
            case .undefined: continue
            case .string(let text):
                guard affords(text.utf8.count) else { return .failure }
                guard environment.mergeV2(text.withClassAdBytes { Array($0) }) else { return .error }
            default: return .error
            }
        }
        return .string(String(classAdBytes: environment.textV2))
    }

    /// HTCondor does not look up home directories by default, and neither does this: it returns the default, if there is one.
    mutating func userHome(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 || arguments.count == 2 else { return .failure }
        var fallback = ""
        if arguments.count == 2, case .string(let text) = value(arguments, 1) { fallback = text }
        let owner = value(arguments, 0)
        if !fallback.isEmpty { return .string(fallback) }
        switch owner {
        case .undefined, .failure, .string: return .undefined
        default: return .error
        }
    }
}
